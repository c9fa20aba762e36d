//! The weekly review of what people did.

use access::Actor;
use clinical::clients;
use identity::activity::{Client, Weeks, look_at_weeks_that_are_over};

use crate::App;

/// Looks at the weeks of a practice that are over and were not looked at.
pub async fn look(app: &App, actor: &Actor) -> anyhow::Result<()> {
    let weeks = Weeks::due(&app.database, actor).await?;
    if weeks.due.is_empty() {
        return Ok(());
    }
    let tx = app.database.begin_reading(actor.clone()).await?;
    let names = clients::list_names(&tx, actor.require()?).await?;
    tx.end().await?;
    let named: Vec<_> = names.into_iter().map(|(id, names)| Client { id, names }).collect();
    let found = look_at_weeks_that_are_over(&app.database, actor, &weeks, &named).await?;
    if found > 0 {
        tracing::info!(practice_id = %actor.practice_id(), found, "something that people did is worth a second look");
    }
    Ok(())
}
