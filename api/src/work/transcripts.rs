//! Removes transcripts whose time is over.

use access::Actor;
use clinical::transcripts::Quotations;
use identity::RetentionRules;
use scribe::recordings::{list_with_outlived_words, remove_words};

use super::end;
use crate::App;

/// Removes those of the actor's practice. One that fails waits for the next round and holds up no other.
pub async fn remove_outlived(app: &App, actor: &Actor, rules: RetentionRules) -> anyhow::Result<()> {
    let Some(days) = rules.transcript_days else { return Ok(()) };
    let quotations = if rules.transcript_quotations { Quotations::Short } else { Quotations::None };
    let tx = app.database.begin_reading(actor.clone()).await?;
    let outlived = list_with_outlived_words(&tx, days).await;
    tx.end().await?;
    for encounter_id in outlived? {
        let mut tx = app.database.begin(actor.clone()).await?;
        let done = remove_words(&mut tx, encounter_id, days, quotations).await;
        if let Err(error) = end(tx, done.map_err(Into::into)).await {
            tracing::error!(%encounter_id, error = format!("{error:#}"), "the transcript could not be removed");
        }
    }
    Ok(())
}
