//! The command `retention`.

use std::sync::Arc;

use access::{Actor, Tx};
use clinical::retention;
use clock::SystemClock;
use scribe::recordings;
use serde_json::{Value, json};

use crate::{commands, config::Config, startup};

/// `retention`: prints what is due to be removed, practice by practice. Nothing is changed, and nothing is said about a
/// client but the ids of charts.
///
/// # Errors
/// The database or the keys cannot be used.
pub async fn print_due(config: Config, as_json: bool) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let database = startup::open_database(&config, Arc::new(SystemClock)).await?;
    let mut all = Vec::new();
    for practice in database.practices().await? {
        let actor = Actor::system("system:retention", practice, "retention");
        let mut tx = database.begin_reading(actor).await?;
        let due = due(&mut tx).await;
        tx.end().await?;
        all.push(due?);
    }
    if as_json {
        println!("{}", Value::Array(all));
    } else {
        all.iter().for_each(tell);
    }
    Ok(())
}

async fn due(tx: &mut Tx) -> anyhow::Result<Value> {
    let rules = identity::find_retention_rules(tx).await?;
    let jurisdiction = identity::find_jurisdiction(tx).await?;
    let granted = tx.actor().require()?;
    let charts = retention::load(tx, granted, &jurisdiction).await?;
    let recordings = match rules.recording_days {
        Some(days) => recordings::count_outlived(tx, days).await?,
        None => 0,
    };
    let transcripts = match rules.transcript_days {
        Some(days) => recordings::count_with_outlived_words(tx, days).await?,
        None => 0,
    };
    let proposed = retention::list_due(tx).await?;
    let proposed = proposed
        .into_iter()
        .map(|one| json!({ "client_deletion_id": one.id, "client_id": one.client_id, "due_at": one.due_at }));
    Ok(json!({
        "practice_id": tx.practice_id(),
        "recording_days": rules.recording_days,
        "recordings_due": recordings,
        "transcript_days": rules.transcript_days,
        "transcripts_due": transcripts,
        "chart_rule": charts.in_force,
        "chart_rule_waiting": charts.waiting,
        "charts_due": proposed.collect::<Vec<_>>(),
    }))
}

fn tell(practice: &Value) {
    println!("practice {}", practice["practice_id"].as_str().unwrap_or_default());
    println!("  sound due to be removed: {}", practice["recordings_due"]);
    println!("  transcripts due to be removed: {}", practice["transcripts_due"]);
    for chart in practice["charts_due"].as_array().into_iter().flatten() {
        let text = |name: &str| chart[name].as_str().unwrap_or_default().to_owned();
        println!("  chart {} goes at {}", text("client_id"), text("due_at"));
    }
}
