//! The commands `backup` and `restore`.

use std::sync::Arc;

use access::Actor;
use anyhow::Context as _;
use clinical::client_deletions::{self, ChartTombstone};
use clock::SystemClock;
use crypto::KeyRing;
use identity::deletions::{self, Tombstone};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use upkeep::backups::{self, Manifest, Shelf};

use crate::{commands, config::Config, startup, work::charts};

/// What `restore` does.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// Which backup, by its name; the newest if not given
    #[arg(long)]
    from: Option<String>,
    /// Restore into a scratch database that is removed again, and read every object: nothing else is touched
    #[arg(long)]
    check: bool,
    /// Print the names of the backups, oldest first, and do nothing
    #[arg(long)]
    list: bool,
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
    let shelf = shelf(&config, startup::key_ring(&config).await?)?;
    let name = arguments.from.as_deref();
    if arguments.list {
        for name in shelf.names().await? {
            println!("{name}");
        }
        return Ok(());
    }
    let begun = Instant::now();
    let target = &config.data.database;
    if !arguments.check {
        startup::make_data_folder(&config)?;
        let restored =
            backups::restore(&shelf, name, target, &startup::recordings(&config)?, Arc::new(SystemClock))
                .await?;
        let mut told = describe(&restored, begun);
        told["deleted_again"] = delete_again(&config, &shelf).await?.into();
        print(&told, arguments.json);
        return Ok(());
    }
    let checked = backups::check(&shelf, name, target, Arc::new(SystemClock)).await?;
    let mut told = describe(&checked.manifest, begun);
    told["practices"] = checked.practices.into();
    print(&told, arguments.json);
    Ok(())
}

/// What was gone when the place was lost.
#[derive(Deserialize)]
#[serde(untagged)]
enum Gone {
    /// One client's: it names the practice as well.
    Chart(ChartTombstone),
    Practice(Tombstone),
}

/// Has the charts and practices deleted again that were gone when the place was lost; how many.
async fn delete_again(config: &Config, shelf: &Shelf) -> anyhow::Result<u64> {
    let database = startup::open_database(config, Arc::new(SystemClock)).await?;
    let back = database.practices().await?;
    let mut again = 0;
    for text in shelf.tombstones().await? {
        let gone: Gone = serde_json::from_str(&text).context("a tombstone cannot be read")?;
        let practice_id = match &gone {
            Gone::Chart(chart) => chart.practice_id,
            Gone::Practice(practice) => practice.practice_id,
        };
        if !back.contains(&practice_id) {
            continue;
        }
        let actor = Actor::system("system:restore", practice_id, "restore");
        let mut tx = database.begin(actor.clone()).await?;
        let is_asked_for = match &gone {
            Gone::Chart(chart) => client_deletions::delete_again(&mut tx, chart).await?,
            Gone::Practice(practice) => deletions::delete_again(&mut tx, practice).await?,
        };
        if is_asked_for {
            tx.commit().await?;
            again += 1;
            charts::begin_due(&database, &startup::recordings(config)?, &actor).await?;
        } else {
            tx.end().await?;
        }
    }
    Ok(again)
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

fn print(told: &Value, as_json: bool) {
    if as_json {
        println!("{told}");
        return;
    }
    for (name, value) in told.as_object().into_iter().flatten() {
        println!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
}
