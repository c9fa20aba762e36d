//! The Node server that ours is compared with: Express, pg, multer and AES-256-GCM. It is no part
//! of this checkout; `MINDSCRIBE_PEER` names its folder, `../shared/bench/peer-node` when not set.

use crate::{
    postgres::Postgres,
    process::{Scratch, Service, capture, free_port, watch},
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    net::TcpStream,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// Makes the peer's tables with a user, who can sign in, and 50 clients, and prints a token.
const PREPARE: &str = r"
const {Client}=require('pg'),crypto=require('crypto'),jwt=require('jsonwebtoken');
const key=Buffer.from('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff','hex');
const enc=s=>{const iv=crypto.randomBytes(12),c=crypto.createCipheriv('aes-256-gcm',key,iv);const b=Buffer.concat([c.update(s,'utf8'),c.final()]);return Buffer.concat([iv,b,c.getAuthTag()])};
(async()=>{const c=new Client({connectionString:process.env.BENCH_DSN});await c.connect();
await c.query(`CREATE TABLE users(id uuid PRIMARY KEY,email text UNIQUE,name text,role text,password_hash text);
CREATE TABLE clients(id uuid PRIMARY KEY,clinician_id uuid,name_enc bytea,dob_enc bytea,contact_enc bytea,status text,created_at timestamptz DEFAULT now());
CREATE INDEX ON clients(clinician_id,created_at DESC,id DESC);
CREATE TABLE notes(id uuid PRIMARY KEY,client_id uuid,clinician_id uuid,body_enc bytea,status text);
CREATE TABLE audit(id bigserial PRIMARY KEY,user_id uuid,action text,resource text,resource_id text,ip text,at timestamptz DEFAULT now())`);
const user=crypto.randomUUID(),hash=await require('argon2').hash(process.env.BENCH_PASSWORD,{type:2,memoryCost:19456,timeCost:2,parallelism:1});
await c.query('INSERT INTO users VALUES($1,$2,$3,$4,$5)',[user,'a@example.org','A','owner',hash]);
for(let i=0;i<50;i++)await c.query('INSERT INTO clients(id,clinician_id,name_enc,dob_enc,contact_enc,status) VALUES($1,$2,$3,$4,$5,$6)',[crypto.randomUUID(),user,enc('Robin Example '+i),enc('1990-01-01'),enc('robin@example.org'),'active']);
await c.end();console.log(jwt.sign({sub:user,role:'owner'},'bench-secret-bench-secret-bench-secret',{expiresIn:'1h'}))})();
";

/// Of the peer's only user, `a@example.org`: hashed as ours are (argon2id, 19 MiB, 2 passes, 1 lane).
pub const PASSWORD: &str = "a-password-for-this-run-only";

/// The running peer, with two processes.
#[derive(Debug)]
pub struct Peer {
    pub port: u16,
    /// For `Authorization: Bearer`.
    pub token: String,
    pub service: Service,
    _uploads: Scratch,
}

impl Peer {
    /// Installs its packages into the folder of tools and starts it on a database of its own.
    pub fn start(workspace: &Workspace, postgres: &Postgres) -> Result<Self> {
        let source = env::var_os("MINDSCRIBE_PEER")
            .map_or_else(|| workspace.root.join("../shared/bench/peer-node"), PathBuf::from);
        let folder = workspace.tools.join("peer-node");
        fs::create_dir_all(&folder)?;
        for name in ["server.js", "package.json", "package-lock.json"] {
            let bytes = fs::read(source.join(name))
                .with_context(|| format!("{name} of the Node peer is not in {}", source.display()))?;
            fs::write(folder.join(name), bytes)?;
        }
        if !folder.join("node_modules/express").is_dir() {
            let mut npm = workspace.command("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
            watch("packages of the Node peer", &mut npm, &workspace.log("peer-npm")?)?;
        }
        let node = || {
            let mut node = workspace.command("node");
            node.current_dir(&folder).env("BENCH_DSN", &postgres.url).env("BENCH_PASSWORD", PASSWORD);
            node
        };
        let token = capture(node().args(["-e", PREPARE]))?.trim().to_owned();
        let uploads = Scratch::new("bench-peer")?;
        let port = free_port()?;
        let mut command = node();
        command.arg("server.js").env("PORT", port.to_string()).env("WORKERS", "2").env("POOL", "16");
        command.env("UPDIR", &uploads.0).env("LOGFILE", uploads.0.join("log"));
        let service = Service::start("the Node peer", &mut command, Some(&workspace.log("peer")?))?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > Duration::from_secs(30) {
                bail!("the Node peer does not listen");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { port, token, service, _uploads: uploads })
    }
}
