//! Telling the practice that the last day to answer comes nearer.

use access::{AccessError, NewMail, Tx};
use audit::{Action, Event};
use shared::Phi;

use super::store;
use crate::deadlines::{FIRST_REMINDER_DAYS, Nearness, later};

/// Writes a mail to each of these addresses for each request that has come nearer to its last day since the last
/// reminder; how many requests that are. The mail holds nothing about the client. `base_url` is where browsers reach
/// the app.
///
/// # Errors
/// The database or the keys fail.
pub async fn remind(tx: &mut Tx, to: &[Phi<String>], base_url: &str) -> Result<usize, AccessError> {
    let today = tx.now().date_naive();
    let mut told = 0;
    for row in store::list_open_until(tx, later(today, FIRST_REMINDER_DAYS)).await? {
        let Some(nearness) = Nearness::of(row.due_on, today) else { continue };
        // Of two processes that look at once, the second finds it reminded.
        if !store::remember_reminder(tx, row.id, row.due_on, nearness as i32).await? {
            continue;
        }
        let due = row.due_on.format("%-d %B %Y");
        let subject = match nearness {
            Nearness::Week => "A request for records is due in a week",
            Nearness::Day => "A request for records is due in a day",
            Nearness::Overdue => "A request for records is overdue",
        };
        let text = format!(
            "Hello,\n\na client's request for their records has to be answered by {due} (45 CFR 164.524).\n\n\
             It is here, with its clock:\n\n{base_url}/requests\n"
        );
        for address in to {
            let (to, text) = (address.clone(), Phi::new(text.clone()));
            tx.post(&NewMail { to, subject: Phi::from(subject), text }).await?;
        }
        tx.record(Event::of(Action::RecordRequestReminded, row.id).about(row.client_id));
        told += 1;
    }
    Ok(told)
}
