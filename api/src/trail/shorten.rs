//! Removes what practices keep no longer of their trails.

use access::{Database, ShortenError};
use shared::PracticeId;

use super::anchor;
use crate::App;

/// One round of it, for every practice that ever was. A trail that does not agree with its chain or its anchors stays as
/// it is, and is said.
///
/// # Errors
/// The database or the store of anchors fails; the next round goes on from there.
pub(crate) async fn shorten(app: &App) -> anyhow::Result<()> {
    for practice in app.database.practices_ever().await? {
        shorten_one(app, practice).await?;
    }
    keep_years(app).await
}

/// On PostgreSQL the trail is in a table for each year, which the owner of the tables makes and removes.
async fn keep_years(app: &App) -> anyhow::Result<()> {
    if app.database.is_embedded() {
        return Ok(());
    }
    let kept_from = app.database.trails_kept_from().await?;
    let owner = Database::connect(&app.config.data.database).await?;
    let kept = migrations::keep_years(&owner, app.database.clock().now(), kept_from).await;
    owner.close().await?;
    if let Err(error) = kept {
        let error = format!("{:#}", anyhow::Error::from(error));
        tracing::warn!(error, "the years of the audit trail could not be kept up");
    }
    Ok(())
}

async fn shorten_one(app: &App, practice: PracticeId) -> anyhow::Result<()> {
    if let Some(outlived) = app.database.find_outlived(practice).await? {
        // Where the chain does not hold its anchors, nothing is removed; from now on they name what stays.
        if let Err(error) = anchor(app, practice).await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::error!(error, practice_id = %practice, "the audit trail was not shortened");
            return Ok(());
        }
        if let Err(ShortenError::NotIntact(link)) = done(app.database.cut_trail(practice, outlived).await)? {
            tracing::error!(link, practice_id = %practice, "the audit trail was not shortened: it was tampered with");
            return Ok(());
        }
    }
    let target = &app.config.data.database;
    match done(app.database.remove_cut_off(practice, target).await)? {
        Ok(0) => {}
        Ok(links) => tracing::info!(links, practice_id = %practice, "the audit trail was shortened"),
        Err(error) => {
            tracing::error!(%error, practice_id = %practice, "the audit trail could not be shortened");
        }
    }
    Ok(())
}

/// The database's failure ends the round; what is wrong with a trail is said of this one.
fn done<T>(result: Result<T, ShortenError>) -> anyhow::Result<Result<T, ShortenError>> {
    match result {
        Err(ShortenError::Access(error)) => Err(error.into()),
        result => Ok(result),
    }
}
