//! The end of practices whose time has come.

use access::Actor;
use identity::deletions::{self, Certificates, Due};

use crate::App;

/// Begins those that are due, and finishes those that have begun. One that fails waits for the next round and holds
/// up no other.
pub async fn carry_out(app: &App) -> anyhow::Result<()> {
    for due in deletions::find_due(&app.database).await? {
        let actor = Actor::system("system:deletion", due.practice_id, due.id.to_string());
        let done = if due.begun_at.is_none() {
            begin(app, actor, due).await
        } else if due.is_settled(app.database.clock().now()) {
            finish(app, actor, due).await
        } else {
            continue;
        };
        if let Err(error) = done {
            tracing::error!(deletion_id = %due.id, error = format!("{error:#}"), "the deletion could not go on");
        }
    }
    Ok(())
}

async fn begin(app: &App, actor: Actor, due: Due) -> anyhow::Result<()> {
    let objects = app.scribe.blobs.count_of(due.practice_id.0).await?;
    let mut tx = app.database.begin(actor).await?;
    match deletions::begin(&mut tx, due, objects).await {
        Ok(true) => tx.commit().await?,
        Ok(false) => tx.end().await?,
        Err(error) => {
            tx.end().await?;
            return Err(error.into());
        }
    }
    Ok(())
}

/// The sound goes before the keys: as long as these are there, so is the practice, and the next round finds it.
async fn finish(app: &App, actor: Actor, due: Due) -> anyhow::Result<()> {
    let certificates = Certificates::of(&app.database)?;
    app.scribe.blobs.delete_owner(due.practice_id.0).await?;
    let left = app.scribe.blobs.count_of(due.practice_id.0).await?;
    let mut tx = app.database.begin(actor).await?;
    match deletions::finish(&mut tx, due, left, &certificates).await {
        Ok(Some(tombstone)) => {
            // Before it counts: a backup that is brought back knows nothing of it otherwise.
            if let Some(shelf) = &app.backups {
                shelf.keep_tombstone(due.practice_id.0, serde_json::to_string(&tombstone)?).await?;
            }
            tx.commit().await?;
            app.database.forget_key(due.practice_id);
        }
        Ok(None) => tx.end().await?,
        Err(error) => {
            tx.end().await?;
            return Err(error.into());
        }
    }
    Ok(())
}
