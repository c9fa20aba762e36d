//! What a restore does besides the rows: nothing that has ended since then begins again.

use std::{collections::BTreeSet, sync::Arc};

use access::{Actor, Database};
use anyhow::Context as _;
use blobs::BlobStore;
use clinical::client_deletions::{self, ChartTombstone};
use clock::SystemClock;
use futures_util::TryStreamExt as _;
use identity::deletions::{self, Tombstone};
use scribe::recordings::{decode_again, list_objects};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::PracticeId;
use upkeep::backups::{self, Shelf};

use crate::{config::Config, startup, trail::anchors, work::charts};

fn actor(practice_id: PracticeId) -> Actor {
    Actor::system("system:restore", practice_id, "restore")
}

/// Everything but the rows, which PostgreSQL or whoever runs it has brought back to some moment: what is to be told.
///
/// # Errors
/// There is no database, its keys do not open, or a store fails. Given again, it goes on.
pub(crate) async fn all_but_database(config: &Config, shelf: &Shelf) -> anyhow::Result<Value> {
    backups::take_over(shelf, &config.data.database, Arc::new(SystemClock)).await?;
    let mut told = json!({});
    // First, so that nothing comes back that goes again.
    let database = settle(config, shelf, &mut told).await?;
    let recordings = startup::recordings(config)?;
    let mut missing = BTreeSet::new();
    for practice in database.practices().await? {
        missing.extend(find_missing(&database, &recordings, practice).await?);
        let mut tx = database.begin(actor(practice)).await?;
        if decode_again(&mut tx).await? > 0 {
            tx.commit().await?;
        } else {
            tx.end().await?;
        }
    }
    let wanted = missing.len();
    let missing = backups::bring_back_objects(shelf, &recordings, missing).await?;
    told["objects"] = (wanted - missing.len()).into();
    told["missing"] = json!(missing);
    Ok(told)
}

/// Which objects the database names that are not in the store.
async fn find_missing(
    database: &Database,
    recordings: &BlobStore,
    practice: PracticeId,
) -> anyhow::Result<BTreeSet<String>> {
    let tx = database.begin_reading(actor(practice)).await?;
    let named = list_objects(&tx).await;
    tx.end().await?;
    let mut missing: BTreeSet<String> = named?.into_iter().map(blobs::BlobAddress::path).collect();
    let mut there = recordings.list(&practice.to_string());
    while let Some(stored) = there.try_next().await? {
        missing.remove(&stored.path);
    }
    Ok(missing)
}

/// Has deleted again what was deleted, ends the sign-ins of then, and puts anchors aside that are newer than the trail.
///
/// # Errors
/// The database or a store fails.
pub(crate) async fn settle(config: &Config, shelf: &Shelf, told: &mut Value) -> anyhow::Result<Database> {
    let database = startup::open_database(config, Arc::new(SystemClock)).await?;
    let (recordings, anchors) = (startup::recordings(config)?, startup::anchors(&config.data)?);
    let (mut aside, mut ended) = (0, 0);
    for practice in database.practices().await? {
        // Before anything is recorded, with which the chain goes on in another way.
        aside += anchors::put_aside_newer(&database, &anchors, practice).await?;
        let mut tx = database.begin(actor(practice)).await?;
        ended += identity::end_sign_ins_of_before(&mut tx).await?;
        tx.commit().await?;
    }
    told["deleted_again"] = delete_again(&database, &recordings, shelf).await?.into();
    told["sign_ins_ended"] = ended.into();
    told["anchors_put_aside"] = aside.into();
    Ok(database)
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
async fn delete_again(database: &Database, recordings: &BlobStore, shelf: &Shelf) -> anyhow::Result<u64> {
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
        let mut tx = database.begin(actor(practice_id)).await?;
        let is_asked_for = match &gone {
            Gone::Chart(chart) => client_deletions::delete_again(&mut tx, chart).await?,
            Gone::Practice(practice) => deletions::delete_again(&mut tx, practice).await?,
        };
        if is_asked_for {
            tx.commit().await?;
            again += 1;
        } else {
            tx.end().await?;
        }
    }
    // With those that had been asked for before, and were carried out since.
    for practice_id in back {
        charts::begin_due(database, recordings, &actor(practice_id)).await?;
    }
    Ok(again)
}
