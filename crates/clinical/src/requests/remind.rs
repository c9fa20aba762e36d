//! Telling the practice that the last day to answer comes nearer.

use access::{AccessError, NewMail, Tx};
use audit::{Action, Event};
use shared::Phi;

use super::store::{self, Clocked};
use crate::deadlines::{FIRST_REMINDER_DAYS, Nearness, later};

/// What is said of one kind of request.
pub struct Reminder {
    /// How the subject of the mail begins.
    pub subject: &'static str,
    /// What has to be answered.
    pub what: &'static str,
    /// By which rule.
    pub rule: &'static str,
    pub action: Action,
}

/// Writes a mail to each of these addresses for each request that has come nearer to its last day since the last
/// reminder; how many requests that are. The mail holds nothing about the client. `base_url` is where browsers reach
/// the app.
///
/// # Errors
/// The database or the keys fail.
pub async fn remind<E: Clocked>(
    tx: &mut Tx,
    to: &[Phi<String>],
    base_url: &str,
    reminder: &Reminder,
) -> Result<usize, AccessError> {
    let today = tx.now().date_naive();
    let mut told = 0;
    for clock in store::list_waiting_until::<E>(tx, later(today, FIRST_REMINDER_DAYS)).await? {
        let Some(nearness) = Nearness::of(clock.due_on, today) else { continue };
        // Of two processes that look at once, the second finds it reminded.
        if !store::remember_reminder::<E>(tx, &clock, nearness as i32).await? {
            continue;
        }
        let due = clock.due_on.format("%-d %B %Y");
        let near = match nearness {
            Nearness::Week => "is due in a week",
            Nearness::Day => "is due in a day",
            Nearness::Overdue => "is overdue",
        };
        let subject = Phi::new(format!("{} {near}", reminder.subject));
        let text = Phi::new(format!(
            "Hello,\n\n{} has to be answered by {due} ({}).\n\n\
             It is here, with its clock:\n\n{base_url}/requests\n",
            reminder.what, reminder.rule
        ));
        for address in to {
            let (to, subject, text) = (address.clone(), subject.clone(), text.clone());
            tx.post(&NewMail { to, subject, text }).await?;
        }
        tx.record(Event::of(reminder.action, clock.id).about(clock.client_id));
        told += 1;
    }
    Ok(told)
}
