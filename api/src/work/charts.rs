//! The end of charts whose time has come.

use access::{AccessError, Actor, Database};
use blobs::{BlobError, BlobStore};
use clinical::{
    client_deletions::{self, Due, Opened},
    retention,
};
use identity::deletions::Certificates;
use shared::deletions::Step;
use uuid::Uuid;

use super::{bury, end};
use crate::App;

/// Puts up what has outlived the rule of the actor's practice.
///
/// # Errors
/// The database or the keys fail.
pub async fn propose(app: &App, actor: Actor) -> Result<(), AccessError> {
    let mut tx = app.database.begin(actor).await?;
    let base_url = app.config.server.base_url.trim_end_matches('/');
    let proposed = async {
        let to = identity::addresses_of_the_responsible(&tx).await?;
        retention::propose(&mut tx, &to, base_url).await
    };
    match proposed.await {
        Ok(0) => tx.end().await,
        Ok(_) => tx.commit().await,
        Err(error) => {
            tx.end().await?;
            Err(error)
        }
    }
}

/// Begins those of the actor's practice that are due, and finishes those that have begun. One that fails waits for the
/// next round and holds up no other.
pub async fn carry_out(app: &App, actor: &Actor) -> anyhow::Result<()> {
    for due in find_due(&app.database, actor).await? {
        let done = match Step::next(due.begun_at, app.database.clock().now()) {
            Some(Step::Begin) => begin(&app.database, &app.scribe.blobs, actor, &due).await,
            Some(Step::Finish) => finish(app, actor, &due).await,
            None => continue,
        };
        if let Err(error) = done {
            tracing::error!(client_deletion_id = %due.id, error = format!("{error:#}"), "the deletion could not go on");
        }
    }
    Ok(())
}

/// Begins at once those of the actor's practice that are due. After a restore they stand there without what opens them.
///
/// # Errors
/// The database or the store fails.
pub async fn begin_due(database: &Database, recordings: &BlobStore, actor: &Actor) -> anyhow::Result<()> {
    for due in find_due(database, actor).await? {
        if due.begun_at.is_none() {
            begin(database, recordings, actor, &due).await?;
        }
    }
    Ok(())
}

async fn find_due(database: &Database, actor: &Actor) -> anyhow::Result<Vec<Due>> {
    let tx = database.begin_reading(actor.clone()).await?;
    let due = client_deletions::find_due(&tx).await;
    tx.end().await?;
    Ok(due?)
}

async fn begin(database: &Database, recordings: &BlobStore, actor: &Actor, due: &Due) -> anyhow::Result<()> {
    let mut tx = database.begin(actor.clone()).await?;
    let done = async {
        match client_deletions::open(&mut tx, due).await? {
            Opened::Chart(chart) => {
                let objects = count(recordings, actor, chart.objects()).await?;
                Ok(client_deletions::begin(&mut tx, due, chart, objects).await?)
            }
            Opened::Stopped => Ok(true),
            Opened::Settled => Ok(false),
        }
    };
    let done = done.await;
    end(tx, done).await.map(drop)
}

/// The sound goes before it is counted: until the certificate is kept, the next round finds the deletion again.
async fn finish(app: &App, actor: &Actor, due: &Due) -> anyhow::Result<()> {
    let certificates = Certificates::of(&app.database)?;
    for object in &due.objects {
        app.scribe.blobs.delete_all(actor.practice_id().0, *object).await?;
    }
    let left = count(&app.scribe.blobs, actor, &due.objects).await?;
    let mut tx = app.database.begin(actor.clone()).await?;
    let done = async {
        let Some(finished) = client_deletions::finish(&mut tx, due, left).await? else { return Ok(false) };
        bury(app, due.client_id.0, serde_json::to_string(&finished.tombstone)?).await?;
        let certificate = certificates.sign(finished.statement)?;
        Ok(client_deletions::keep_certificate(&mut tx, due, certificate).await?)
    };
    let done = done.await;
    end(tx, done).await.map(drop)
}

async fn count(blobs: &BlobStore, actor: &Actor, objects: &[Uuid]) -> Result<u64, BlobError> {
    let mut parts = 0;
    for object in objects {
        parts += blobs.count_all(actor.practice_id().0, *object).await?;
    }
    Ok(parts)
}
