//! `cargo xtask demo`: a recording goes through the whole pipeline, by the public API, and the app
//! is left running with the result in it.

mod client;
mod show;
/// An authenticator app, as the tests have it.
#[expect(clippy::expect_used, reason = "shared with the tests; a secret of the server always decodes")]
#[path = "../../../../tests/src/totp.rs"]
mod totp;

use crate::{
    server::{Options, Profile, Server, Settings, build},
    setup::{Goal, set_up},
    up::{leave_running, port},
    web,
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
pub use client::Client;
use serde_json::{Value, json};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// How often the job is asked how far it is.
const POLL: Duration = Duration::from_millis(500);
/// The name that the demo's owner signs in with; the domain is reserved for examples (RFC 2606).
const EMAIL: &str = "demo@mindscribe.example";

/// Runs the demo with `audio`, or with the role-play that comes with the project.
pub fn demo(workspace: &Workspace, audio: Option<PathBuf>, profile: Profile) -> Result<()> {
    let audio = match audio {
        Some(file) => file,
        None => role_play(workspace)?,
    };
    let media_type = media_type(&audio)?;
    let bytes = fs::read(&audio).with_context(|| format!("cannot read {}", audio.display()))?;

    set_up(workspace, Goal::Run)?;
    web::build(workspace)?;
    let program = build(workspace, profile)?;
    let data = workspace.root.join("data/demo");
    if data.exists() {
        println!("The data of the last demo is removed: {}", workspace.shown(&data));
        fs::remove_dir_all(&data)?;
    }
    let options =
        Options { arguments: &["serve", "--with-worker"], environment: &[], settings: Settings::Defaults };
    let mut server = Server::start(workspace, &program, &data, port()?, &options)?;

    let password = password()?;
    println!("\nA practice, a client, their consent and a session are added.");
    let mut client = Client::new(&server.address);
    let (encounter_id, codes) = prepare(&mut client, &password)?;
    println!("The recording {} ({} kB) is uploaded, encrypted.", workspace.shown(&audio), bytes.len() / 1000);
    let begun = Instant::now();
    let recording = client.upload(&format!("/encounters/{encounter_id}/recordings"), media_type, &bytes)?;
    let job = wait_for_job(&client, &mut server, &recording)?;
    println!("Transcribed and drafted in {} s.\n", begun.elapsed().as_secs());

    let transcript = client.get(&format!("/encounters/{encounter_id}/transcript"))?;
    show::transcript(&transcript);
    match job["note_id"].as_str() {
        Some(note_id) => show::draft(&client.get(&format!("/notes/{note_id}"))?, &transcript),
        None => println!("No draft was written for this recording."),
    }
    println!("MindScribe is running at {}", server.address);
    println!("  Sign in as  {EMAIL}\n  Password    {password}");
    println!("  Owners show a second step too. Choose \"Use a recovery code\"; each of these works once:");
    codes.chunks(5).for_each(|some| println!("    {}", some.join("  ")));
    println!(
        "Everything it keeps is encrypted in {}; nothing has left this machine.",
        workspace.shown(&data)
    );
    leave_running(server, None)
}

fn role_play(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.root.join("assets/role-play");
    ["session.ogg", "session.wav", "session.flac", "session.mp3"]
        .iter()
        .map(|name| folder.join(name))
        .find(|file| file.is_file())
        .with_context(|| format!("no session.ogg in {}", folder.display()))
}

/// The `Content-Type` of a file. The server recognises the format by the content all the same.
pub fn media_type(file: &Path) -> Result<&'static str> {
    let extension = file.extension().map(|it| it.to_string_lossy().to_lowercase()).unwrap_or_default();
    Ok(match extension.as_str() {
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "m4a" | "mp4" => "audio/mp4",
        "aac" => "audio/aac",
        "flac" => "audio/flac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "webm" => "audio/webm",
        _ => bail!("{} is none of wav, mp3, m4a, aac, flac, ogg, opus, webm", file.display()),
    })
}

/// A password for this run only.
fn password() -> Result<String> {
    let mut bytes = [0_u8; 20];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    // 32 letters and digits that cannot be mistaken for one another: five bits each.
    let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
    let text: Vec<char> = bytes.iter().map(|byte| char::from(letters[usize::from(byte % 32)])).collect();
    Ok(text.chunks(5).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// Signs up and adds what a recording needs before it; the encounter's id, and the recovery codes.
pub fn prepare(client: &mut Client, password: &str) -> Result<(String, Vec<String>)> {
    let codes = client.register(&json!({
        "practice_name": "Demo practice",
        "name": "Dana Demo",
        "email": EMAIL,
        "password": password,
        "jurisdiction": "US-CA",
    }))?;
    let person = client.post("/clients", &json!({ "given_name": "Robin", "family_name": "Example" }))?;
    let client_id = text(&person, "id")?;
    for kind in ["recording", "ai_processing"] {
        let consent = json!({ "kind": kind, "text_version": "2026-11", "method": "verbal" });
        client.post(&format!("/clients/{client_id}/consents"), &consent)?;
    }
    let encounter = json!({ "client_ids": [client_id], "modality": "individual", "setting": "in_person" });
    Ok((text(&client.post("/encounters", &encounter)?, "id")?, codes))
}

pub fn text(value: &Value, key: &str) -> Result<String> {
    value[key].as_str().map(str::to_owned).with_context(|| format!("the answer has no {key}"))
}

/// Follows the job of a recording to its end, and returns it.
fn wait_for_job(client: &Client, server: &mut Server, recording: &Value) -> Result<Value> {
    let job_id = text(recording, "job_id")?;
    let mut bar = show::Progress::new();
    loop {
        server.check_alive()?;
        let job = client.get(&format!("/jobs/{job_id}"))?;
        bar.update(&job);
        if has_ended(&job).inspect_err(|_| bar.end())? {
            bar.end();
            return Ok(job);
        }
        thread::sleep(POLL);
    }
}

/// Whether a job has succeeded; an error when it has failed.
pub fn has_ended(job: &Value) -> Result<bool> {
    match job["state"].as_str() {
        Some("failed" | "cancelled") => bail!(
            "the recording could not be processed: {}",
            job["error"].as_str().unwrap_or("no reason given")
        ),
        state => Ok(state == Some("succeeded")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_never_the_same() {
        let (one, two) = (password().unwrap(), password().unwrap());
        assert_eq!(one.len(), 23);
        assert_ne!(one, two);
    }

    #[test]
    fn a_file_that_is_no_audio_is_refused_before_anything_is_built() {
        assert_eq!(media_type(Path::new("Session.M4A")).unwrap(), "audio/mp4");
        assert!(media_type(Path::new("notes.docx")).is_err());
    }
}
