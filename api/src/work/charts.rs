//! The end of charts whose time has come.

use access::Actor;
use blobs::BlobError;
use clinical::client_deletions::{self, Due, Opened};
use identity::deletions::Certificates;
use shared::deletions::Step;
use uuid::Uuid;

use super::end;
use crate::App;

/// Begins those of the actor's practice that are due, and finishes those that have begun. One that fails waits for the
/// next round and holds up no other.
pub async fn carry_out(app: &App, actor: &Actor) -> anyhow::Result<()> {
    let tx = app.database.begin_reading(actor.clone()).await?;
    let due = client_deletions::find_due(&tx).await;
    tx.end().await?;
    for due in due? {
        let done = match Step::next(due.begun_at, app.database.clock().now()) {
            Some(Step::Begin) => begin(app, actor, &due).await,
            Some(Step::Finish) => finish(app, actor, &due).await,
            None => continue,
        };
        if let Err(error) = done {
            tracing::error!(client_deletion_id = %due.id, error = format!("{error:#}"), "the deletion could not go on");
        }
    }
    Ok(())
}

async fn begin(app: &App, actor: &Actor, due: &Due) -> anyhow::Result<()> {
    let mut tx = app.database.begin(actor.clone()).await?;
    let done = async {
        match client_deletions::open(&mut tx, due).await? {
            Opened::Chart(chart) => {
                let objects = count(app, actor, chart.objects()).await?;
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
    let left = count(app, actor, &due.objects).await?;
    let mut tx = app.database.begin(actor.clone()).await?;
    let done = async {
        let Some(finished) = client_deletions::finish(&mut tx, due, left).await? else { return Ok(false) };
        // Before it counts: a backup that is brought back knows nothing of it otherwise.
        if let Some(shelf) = &app.backups {
            shelf.keep_tombstone(due.client_id.0, serde_json::to_string(&finished.tombstone)?).await?;
        }
        let certificate = certificates.sign(finished.statement)?;
        Ok(client_deletions::keep_certificate(&mut tx, due, certificate).await?)
    };
    let done = done.await;
    end(tx, done).await.map(drop)
}

async fn count(app: &App, actor: &Actor, objects: &[Uuid]) -> Result<u64, BlobError> {
    let mut parts = 0;
    for object in objects {
        parts += app.scribe.blobs.count_all(actor.practice_id().0, *object).await?;
    }
    Ok(parts)
}
