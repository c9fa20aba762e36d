//! The end of practices whose time has come.

use access::Actor;
use identity::deletions::{self, Certificates, Due};
use shared::deletions::Step;

use super::{bury, end};
use crate::App;

/// Begins those that are due, and finishes those that have begun. One that fails waits for the next round and holds
/// up no other.
pub async fn carry_out(app: &App) -> anyhow::Result<()> {
    for due in deletions::find_due(&app.database).await? {
        let actor = Actor::system("system:deletion", due.practice_id, due.id.to_string());
        let done = match Step::next(due.begun_at, app.database.clock().now()) {
            Some(Step::Begin) => begin(app, actor, due).await,
            Some(Step::Finish) => finish(app, actor, due).await,
            None => continue,
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
    let begun = deletions::begin(&mut tx, due, objects).await;
    end(tx, begun.map_err(Into::into)).await.map(drop)
}

/// The sound goes before the keys: as long as these are there, so is the practice, and the next round finds it.
async fn finish(app: &App, actor: Actor, due: Due) -> anyhow::Result<()> {
    let certificates = Certificates::of(&app.database)?;
    app.scribe.blobs.delete_owner(due.practice_id.0).await?;
    let left = app.scribe.blobs.count_of(due.practice_id.0).await?;
    let mut tx = app.database.begin(actor).await?;
    let done = async {
        let Some(tombstone) = deletions::finish(&mut tx, due, left, &certificates).await? else {
            return Ok(false);
        };
        bury(app, due.practice_id.0, serde_json::to_string(&tombstone)?).await?;
        Ok(true)
    };
    let done = done.await;
    if end(tx, done).await? {
        app.database.forget_key(due.practice_id);
    }
    Ok(())
}
