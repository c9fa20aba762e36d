//! Puts up charts whose time is over, and tells whoever answers for the practice.

use access::{AccessError, NewMail, Tx};
use audit::{Action, Event};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{ClientDeletionId, ClientId, Phi, client_deletions::DeletionGround, retention::PROPOSAL_DAYS};

use super::{outlived, store};
use crate::{
    client_deletions::{self, ChartTombstone},
    legal_holds,
};

/// At most so many at a time; the next look takes the rest.
const MANY: usize = 200;

/// A chart that is due to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The deletion.
    pub id: ClientDeletionId,
    /// Whose chart.
    pub client_id: ClientId,
    /// When it begins.
    pub due_at: DateTime<Utc>,
}

/// Has every chart deleted in [`PROPOSAL_DAYS`] whose time is over by the practice's rule, that nobody holds, and that nobody
/// kept in the last year; how many these are. One mail to each of these addresses says so, and nothing about a client.
/// `base_url` is where browsers reach the app.
///
/// # Errors
/// The database or the keys fail.
pub async fn propose(tx: &mut Tx, to: &[Phi<String>], base_url: &str) -> Result<usize, AccessError> {
    let Some(rule) = store::find_in_force(tx).await?.and_then(|row| store::rule(&row)) else { return Ok(0) };
    let today = tx.now().date_naive();
    let mut over = outlived::find(tx, &rule, today, None, store::Among::NotYetProposed).await?.over;
    over.truncate(MANY);
    if over.is_empty() {
        return Ok(0);
    }
    // Of two processes that look at once, the second waits here and finds them put up.
    legal_holds::store::lock(tx, &over).await?;
    let requested_at = tx.now();
    let due_at = requested_at + TimeDelta::days(PROPOSAL_DAYS);
    let mut proposed = 0;
    for client_id in over {
        if client_deletions::store::find_open(tx, client_id).await?.is_some()
            || legal_holds::held_since(tx, client_id).await?.is_some()
        {
            continue;
        }
        let id: ClientDeletionId = tx.new_id();
        let asked = ChartTombstone {
            practice_id: tx.practice_id(),
            client_id,
            ground: DeletionGround::Rule,
            requested_by: tx.actor().user_id(),
            requested_at,
            sessions: Vec::new(),
        };
        client_deletions::store::insert(tx, id, &asked, None, due_at).await?;
        tx.record(Event::of(Action::ClientDeletionRequested, id).about(client_id));
        proposed += 1;
    }
    if proposed > 0 {
        tell(tx, to, proposed, due_at, base_url).await?;
    }
    Ok(proposed)
}

async fn tell(
    tx: &mut Tx,
    to: &[Phi<String>],
    proposed: usize,
    due_at: DateTime<Utc>,
    base_url: &str,
) -> Result<(), AccessError> {
    let charts = if proposed == 1 { "one chart is".to_owned() } else { format!("{proposed} charts are") };
    let text = format!(
        "Hello,\n\nby the rule of your practice the time of {charts} over. The deletion begins on {}.\n\n\
         Until then each can be kept, with a reason:\n\n{base_url}/retention\n",
        due_at.format("%-d %B %Y, %H:%M UTC")
    );
    for address in to {
        let (to, text) = (address.clone(), Phi::new(text.clone()));
        tx.post(&NewMail { to, subject: Phi::from("The time of charts is over"), text }).await?;
    }
    Ok(())
}

/// The charts that the software has put up and that wait, the first due first.
///
/// # Errors
/// The database fails.
pub async fn list_due(tx: &Tx) -> Result<Vec<Due>, AccessError> {
    let rows = client_deletions::store::list_by_rule(tx).await?;
    Ok(rows.into_iter().map(|row| Due { id: row.id, client_id: row.client_id, due_at: row.due_at }).collect())
}
