//! What the operator of a server does by hand: seeding it. Each command can be given again and changes
//! nothing then; each is recorded as `system:operator`. Whoever can run them holds the keys of the server.

use std::{io::Read as _, path::PathBuf, sync::Arc};

use access::{Actor, Tx};
use anyhow::Context as _;
use clap::Subcommand;
use clock::SystemClock;
use crypto::Zeroizing;
use identity::{Factors, Origin, people};
use serde_json::{Value, json};
use shared::{PracticeId, auth::Register, people::NewPerson, permissions::Role};

use crate::{App, commands, config::Config, startup};

/// Who acts.
const OPERATOR: &str = "system:operator";

/// A command of the operator.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make a practice and its owner, unless the owner's e-mail has an account
    CreatePractice {
        /// Its name
        #[arg(long)]
        name: String,
        /// Whose law holds, e.g. US-CA
        #[arg(long)]
        jurisdiction: String,
        #[command(flatten)]
        owner: Who,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Add somebody to a practice, unless their e-mail has an account in it
    CreateUser {
        /// Which practice
        #[arg(long)]
        practice: String,
        /// `owner`, `administrator`, `clinician`, …
        #[arg(long)]
        role: String,
        #[command(flatten)]
        who: Who,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Sign somebody in, second factor and all, and print the access token, which lasts for JWT_EXPIRY
    CreateToken {
        /// Their e-mail
        #[arg(long)]
        email: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Somebody new.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// The name they sign in with
    #[arg(long)]
    email: String,
    /// Their own name
    #[arg(long)]
    person: String,
    /// File whose first line is their password; `-` reads the standard input. Never on the command line,
    /// which every process of the machine can read
    #[arg(long)]
    password_file: PathBuf,
}

impl Who {
    fn password(&self) -> anyhow::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        if self.password_file.as_os_str() == "-" {
            std::io::stdin().read_to_string(&mut text)?;
        } else {
            let read = std::fs::read_to_string(&self.password_file);
            text = Zeroizing::new(read.context("the password file cannot be read")?);
        }
        Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
    }
}

/// Runs a command of the operator.
///
/// # Errors
/// What was refused, or what failed.
pub async fn run(config: Config, command: Admin) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let app = startup::build(config, Arc::new(SystemClock), startup::metrics()?).await?;
    let (answer, as_json) = match command {
        Admin::CreatePractice { name, jurisdiction, owner, json } => {
            (create_practice(&app, name, jurisdiction, &owner).await?, json)
        }
        Admin::CreateUser { practice, role, who, json } => {
            (create_user(&app, &practice, &role, &who).await?, json)
        }
        Admin::CreateToken { email, json } => (create_token(&app, &email).await?, json),
    };
    if as_json {
        println!("{answer}");
    } else {
        for (name, value) in answer.as_object().into_iter().flatten() {
            println!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
    }
    Ok(())
}

async fn create_practice(app: &App, name: String, jurisdiction: String, who: &Who) -> anyhow::Result<Value> {
    if let Some(account) = identity::find_account(&app.database.lookup(), &who.email).await? {
        let (practice_id, user_id) = (account.practice_id, account.user_id);
        return Ok(json!({ "practice_id": practice_id, "user_id": user_id, "created": false }));
    }
    let password = who.password()?;
    let request = Register {
        practice_name: name.into(),
        name: who.person.as_str().into(),
        email: who.email.as_str().into(),
        password: password.as_str().into(),
        jurisdiction,
    };
    identity::RegisterError::check(&request)?;
    let hash = app.passwords.hash(password).await?;
    let practice_id = PracticeId(app.database.clock().new_id());
    let mut tx = app.database.begin_practice(Actor::system(OPERATOR, practice_id, "")).await?;
    let registered = identity::register(&mut tx, &request, hash).await;
    let user_id = keep(tx, registered).await?;
    Ok(json!({ "practice_id": practice_id, "user_id": user_id, "created": true }))
}

async fn create_user(app: &App, practice: &str, role: &str, who: &Who) -> anyhow::Result<Value> {
    let practice_id: PracticeId = practice.parse().context("--practice is no id")?;
    let role = Role::from_word(role).context("--role is no role")?;
    if let Some(account) = identity::find_account(&app.database.lookup(), &who.email).await? {
        anyhow::ensure!(
            account.practice_id == practice_id,
            "this address has an account in another practice"
        );
        return Ok(json!({ "practice_id": practice_id, "user_id": account.user_id, "created": false }));
    }
    let password = who.password()?;
    let new = NewPerson {
        email: who.email.as_str().into(),
        name: who.person.as_str().into(),
        password: password.as_str().into(),
        role,
    };
    let actor = Actor::system(OPERATOR, practice_id, "");
    let tx = app.database.begin_reading(actor.clone()).await.context("there is no such practice")?;
    let checked = people::check_new(&tx, &new).await;
    tx.end().await?;
    checked?;
    let hash = app.passwords.hash(password).await?;
    let granted = actor.require()?;
    let mut tx = app.database.begin(actor).await?;
    let added = people::add(&mut tx, granted, &new, hash).await;
    let user_id = keep(tx, added).await?;
    Ok(json!({ "practice_id": practice_id, "user_id": user_id, "created": true }))
}

async fn create_token(app: &App, email: &str) -> anyhow::Result<Value> {
    let account = identity::find_account(&app.database.lookup(), email).await?;
    let account = account.context("this address has no account in a practice")?;
    let mut tx = app.database.begin(Actor::system(OPERATOR, account.practice_id, "")).await?;
    let factors = Factors::PasswordAndAnother;
    let opened = identity::sign_in(&mut tx, account.user_id, factors, &Origin::default()).await;
    let opened = keep(tx, opened).await?;
    let token = app.tokens.issue(account.user_id, opened.session_id, app.database.clock().now())?;
    let lasts = app.tokens.lifetime().num_seconds();
    Ok(
        json!({ "access_token": token, "expires_in": lasts, "user_id": account.user_id, "practice_id": account.practice_id }),
    )
}

/// Keeps what was done, or nothing.
async fn keep<T, E>(tx: Tx, result: Result<T, E>) -> anyhow::Result<T>
where
    anyhow::Error: From<E>,
{
    match result {
        Ok(done) => {
            tx.commit().await?;
            Ok(done)
        }
        Err(error) => {
            tx.end().await?;
            Err(error.into())
        }
    }
}
