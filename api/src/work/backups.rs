//! Backups by themselves: as often as is set, and each month a drill that one comes back.

use std::time::Duration;

use access::snapshot;
use anyhow::Context as _;
use chrono::TimeDelta;
use serde_json::json;
use tokio::time::{Instant, sleep};
use upkeep::backups::{self, Shelf};

use crate::{App, startup};

/// How often it is looked whether one is due. One is made so much earlier, so that none is later than was set.
const LOOK: Duration = Duration::from_mins(10);

/// Watches over the backups as long as the process works.
pub async fn watch(app: App) {
    loop {
        if let Err(error) = keep_up(&app).await {
            tracing::error!(error = format!("{error:#}"), "the backup failed");
        }
        sleep(LOOK).await;
    }
}

/// Makes a backup if one is due, removes those whose time is over, and holds this month's drill if nobody has. Of
/// several processes one does it.
///
/// # Errors
/// The database or a store fails; the next look tries again.
pub async fn keep_up(app: &App) -> anyhow::Result<()> {
    let Some(shelf) = &app.backups else { return Ok(()) };
    let now = app.database.clock().now();
    snapshot::remove_leftovers(&app.config.data.database, now).await?;
    let look = TimeDelta::from_std(LOOK)?;
    let newest = shelf.newest_at().await?;
    // Whoever has claimed one may have died: in the next ten minutes it is another claim.
    let turn = now.timestamp() / look.num_seconds();
    let due = newest.is_none_or(|at| at + app.config.backups.every - look <= now);
    let mut there = newest.is_some();
    if due && shelf.claim(&format!("backup-{turn}")).await? {
        let begun = Instant::now();
        let made = backups::make(shelf, &app.database, &app.config.data.database, &app.scribe.blobs).await?;
        there = true;
        let removed = backups::prune(shelf, now).await?;
        if let Err(error) =
            startup::log_archive(&app.config)?.prune(now, app.config.backups.log_kept_for).await
        {
            // PostgreSQL's user writes there, and a folder may be theirs alone. The backups go on.
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::error!(error, "old parts of the log archive could not be removed");
        }
        let (objects, copied) = (made.manifest.objects, made.copied);
        let seconds = begun.elapsed().as_secs_f64();
        tracing::info!(backup = made.manifest.name(), objects, copied, removed, seconds, "a backup was made");
    }
    let month = now.format("%Y-%m");
    if there && shelf.claim(&format!("drill-{month}")).await? {
        drill(app, shelf, &month.to_string()).await?;
    }
    Ok(())
}

/// Restores the newest backup into a scratch database, and keeps what came of it: that it can be shown to have been
/// tried, and how long it takes (45 CFR 164.308(a)(7)(ii)(D)).
async fn drill(app: &App, shelf: &Shelf, month: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    let checked = backups::check(shelf, None, &app.config.data.database, app.database.clock().clone()).await;
    let seconds = begun.elapsed().as_secs_f64();
    let at = app.database.clock().now();
    let result = match &checked {
        Ok(checked) => json!({
            "at": at, "succeeded": true, "seconds": seconds, "backup": checked.manifest.name(),
            "rows": checked.manifest.rows.values().sum::<u64>(), "objects": checked.objects, "practices": checked.practices,
        }),
        Err(error) => json!({ "at": at, "succeeded": false, "seconds": seconds, "error": error.to_string() }),
    };
    shelf.keep(&format!("drills/{month}.json"), result.to_string()).await?;
    let checked = checked.context("a backup did not come back in the drill")?;
    tracing::info!(backup = checked.manifest.name(), seconds, "a backup came back in the drill");
    Ok(())
}
