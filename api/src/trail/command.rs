//! `verify-audit`: the same from the command line, for every practice and without a limit of time.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use access::Database;
use anyhow::Context as _;
use blobs::BlobStore;
use clock::SystemClock;
use identity::deletions::Certificates;
use serde_json::json;
use shared::{
    PracticeId,
    audit::{TrailBreak, TrailManifest, TrailReport},
};

use super::{anchors, export::file};
use crate::{commands, config::Config, startup};

/// Verify the audit trail; exit 0 if it is intact
#[derive(Debug, clap::Args)]
pub struct VerifyAudit {
    /// Only this practice
    #[arg(long)]
    practice: Option<String>,
    /// Only what came after the newest anchor
    #[arg(long)]
    from_anchor: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Check a saved export in place of the database
    #[arg(long, conflicts_with_all = ["practice", "from_anchor"])]
    file: Option<PathBuf>,
    /// The server's public key (a JWK, as GET /api/v1/signing-key shows it): then nothing else of the server is needed
    #[arg(long, requires = "file")]
    public_key: Option<PathBuf>,
}

/// Runs it. Nothing is written: a database that is under suspicion stays as it is.
///
/// # Errors
/// The trail is not intact, or cannot be read.
pub async fn run(config: Config, command: VerifyAudit) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    if let Some(file) = &command.file {
        return check_file(&config, file, command.public_key.as_deref(), command.json).await;
    }
    let practice = command.practice.as_deref().map(str::parse::<PracticeId>).transpose();
    let practice = practice.context("--practice is not an id")?;
    let database = startup::open_database(&config, Arc::new(SystemClock)).await?;
    let store = startup::anchors(&config.data)?;
    let practices = match practice {
        Some(practice) => vec![practice],
        None => database.practices_ever().await?,
    };
    let mut broken = 0;
    let mut reports = Vec::new();
    for practice in practices {
        let report = verify(&database, &store, practice, command.from_anchor).await?;
        broken += usize::from(!report.intact);
        if command.json {
            reports.push(json!({ "practice_id": practice, "report": report }));
        } else {
            print(practice, &report);
        }
    }
    if command.json {
        println!("{}", json!(reports));
    }
    anyhow::ensure!(broken == 0, "the audit trail of {broken} practice(s) is not intact");
    Ok(())
}

/// Checks a saved export: by the public key alone, or with the server's own keys each event as well.
async fn check_file(
    config: &Config,
    file: &Path,
    public_key: Option<&Path>,
    json: bool,
) -> anyhow::Result<()> {
    let (manifest, without_own_code) = if let Some(path) = public_key {
        let key = std::fs::read_to_string(path).context("the public key cannot be read")?;
        (file::check(file, &key)?, None)
    } else {
        let database = startup::open_database(config, Arc::new(SystemClock)).await?;
        let manifest = file::check(file, &Certificates::of(&database)?.public_key())?;
        let key_of = |practice| database.trail_key(practice);
        (manifest.clone(), Some(file::count_without_own_code(file, key_of, manifest.practice_id)?))
    };
    if json {
        println!("{}", json!({ "manifest": manifest, "without_own_code": without_own_code }));
    } else {
        let TrailManifest { practice_id, at, events, .. } = &manifest;
        println!("{practice_id}: {events} events, as given out on {}", at.to_rfc3339());
        if let Some(head) = &manifest.head {
            println!("{practice_id}: the chain ended with link {} ({}) then", head.number, head.mac);
        }
    }
    let wrong = manifest.without_own_code.max(without_own_code.unwrap_or_default());
    if wrong > 0 {
        eprintln!("{wrong} events do not carry the server's own code");
    }
    Ok(())
}

async fn verify(
    database: &Database,
    store: &BlobStore,
    practice: PracticeId,
    from_anchor: bool,
) -> anyhow::Result<TrailReport> {
    let anchors = anchors::read(store, &database.trail_key(practice)).await;
    let anchors = anchors.context("the anchors cannot be read")?;
    let newest = anchors.iter().flatten().map(|anchor| anchor.made_at).max();
    let since = newest.filter(|_| from_anchor);
    Ok(database.verify_trail(practice, anchors, since, None).await?.report)
}

fn print(practice: PracticeId, report: &TrailReport) {
    let state = if report.intact { "intact" } else { "NOT INTACT" };
    let TrailReport { events, links, unlinked, .. } = report;
    let head = report.head.as_ref().map_or_else(
        || "no link yet".to_owned(),
        |head| format!("ends with link {} ({}) of {}", head.number, &head.mac, head.at.to_rfc3339()),
    );
    let anchored = report.anchored.map_or_else(
        || "no anchor".to_owned(),
        |anchor| format!("anchored at link {} on {}", anchor.number, anchor.at.to_rfc3339()),
    );
    println!(
        "{practice}: {state}: {events} events, {unlinked} not linked yet, {links} links; {head}; {anchored}"
    );
    if let Some(cut) = report.shortened {
        let (from, at) = (cut.kept_from.date_naive(), cut.at.to_rfc3339());
        println!(
            "{practice}: shortened up to link {} on {at}: {} older events removed, kept since {from}",
            cut.number, cut.events
        );
    }
    for found in &report.breaks {
        println!("{practice}: {}", words(found));
    }
    let named = report.breaks.len() as u64;
    if report.breaks_found > named {
        println!("{practice}: and {} more", report.breaks_found - named);
    }
}

fn words(found: &TrailBreak) -> String {
    let words = [
        Some(found.kind.as_str().replace('_', " ")),
        found.event_id.map(|id| format!("event {id}")),
        found.link.map(|link| format!("link {link}")),
        found.at.map(|at| at.to_rfc3339()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
