//! The commands `backup` and `restore`.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clock::SystemClock;
use crypto::KeyRing;
use serde_json::{Value, json};
use tokio::time::Instant;
use upkeep::backups::{self, Manifest, Shelf};

use crate::{commands, config::Config, log_archive, restored, startup};

/// What `restore` does.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub struct Restore {
    /// Which backup, by its name; the newest if not given
    #[arg(long, conflicts_with = "at")]
    from: Option<String>,
    /// The newest backup that shows no later moment than this, such as 2026-11-22T14:00:00Z
    #[arg(long)]
    at: Option<DateTime<Utc>>,
    /// Make this empty folder the data folder of a PostgreSQL that brings itself back to that moment, by its archived log
    #[arg(long, requires = "at", conflicts_with_all = ["check", "list"])]
    to: Option<PathBuf>,
    /// Restore into a scratch database that is removed again, and read every object: nothing else is touched
    #[arg(long)]
    check: bool,
    /// Print the names of the backups, oldest first, and do nothing
    #[arg(long)]
    list: bool,
    /// The database has come back by other means, such as PostgreSQL's log: bring back the recordings that it names, and
    /// delete again what was deleted since
    #[arg(long, conflicts_with_all = ["from", "at", "to", "check", "list"])]
    all_but_database: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn shelf(config: &Config, key_ring: KeyRing) -> anyhow::Result<Shelf> {
    let store =
        config.backups.store.as_ref().context("BACKUP_DIR or BACKUP_S3_BUCKET says where backups are")?;
    startup::shelf(store, key_ring)
}

/// `backup`: makes one now.
///
/// # Errors
/// It could not be made.
pub async fn backup(config: Config, as_json: bool) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let database = startup::open_database(&config, Arc::new(SystemClock)).await?;
    let shelf = shelf(&config, database.key_ring().clone())?;
    let recordings = startup::recordings(&config)?;
    let begun = Instant::now();
    let made = backups::make(&shelf, &database, &config.data.database, &recordings).await?;
    let mut told = describe(&made.manifest, begun);
    told["copied"] = made.copied.into();
    told["copied_bytes"] = made.copied_bytes.into();
    print(&told, as_json);
    Ok(())
}

/// `restore`: brings one back.
///
/// # Errors
/// It did not come back.
pub async fn restore(config: Config, arguments: Restore) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    if let (Some(folder), Some(at)) = (&arguments.to, arguments.at) {
        print(&log_archive::prepare(&config, folder, at).await?, arguments.json);
        return Ok(());
    }
    let shelf = shelf(&config, startup::key_ring(&config).await?)?;
    if arguments.list {
        for name in shelf.names().await? {
            println!("{name}");
        }
        return Ok(());
    }
    if arguments.all_but_database {
        print(&restored::all_but_database(&config, &shelf).await?, arguments.json);
        return Ok(());
    }
    let name = match arguments.at {
        Some(at) => Some(shelf.newest_until(at).await?),
        None => arguments.from,
    };
    let begun = Instant::now();
    let (name, target) = (name.as_deref(), &config.data.database);
    let mut told = if arguments.check {
        let checked = backups::check(&shelf, name, target, Arc::new(SystemClock)).await?;
        let mut told = describe(&checked.manifest, begun);
        told["practices"] = checked.practices.into();
        told
    } else {
        startup::make_data_folder(&config)?;
        let recordings = startup::recordings(&config)?;
        let manifest = backups::restore(&shelf, name, target, &recordings, Arc::new(SystemClock)).await?;
        let mut told = describe(&manifest, begun);
        restored::settle(&config, &shelf, &mut told).await?;
        told
    };
    if let Some(at) = arguments.at {
        let made_at: DateTime<Utc> = serde_json::from_value(told["made_at"].clone())?;
        told["seconds_not_in_it"] = (at - made_at).num_seconds().into();
    }
    print(&told, arguments.json);
    Ok(())
}

fn describe(manifest: &Manifest, begun: Instant) -> Value {
    let bytes = manifest.database_bytes + manifest.object_bytes;
    let seconds = begun.elapsed().as_secs_f64();
    json!({
        "backup": manifest.name(),
        "made_at": manifest.made_at,
        "rows": manifest.rows.values().sum::<u64>(),
        "objects": manifest.objects,
        "bytes": bytes,
        "seconds": (seconds * 100.0).round() / 100.0,
        "megabytes_per_second": (bytes as f64 / 1e6 / seconds).round(),
    })
}

pub(crate) fn print(told: &Value, as_json: bool) {
    if as_json {
        println!("{told}");
        return;
    }
    for (name, value) in told.as_object().into_iter().flatten() {
        println!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
}
