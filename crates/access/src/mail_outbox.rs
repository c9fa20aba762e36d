//! Mail begins as a row written with what it is about (an outbox): a mail that was accepted is sent
//! even if the process dies, or the mail server is away, right after.

use audit::{Action, Event};
use crypto::SealedColumn;
use entities::mails as table;
use jobs::{Queue, Ticket};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use shared::{MailId, Phi, PracticeId, people::MailState};

use crate::{AccessError, Database, Reading as _, RelayError, Tx, outbox::Outbox};

/// The kind of its ticket in the queue.
pub const MAIL: &str = "send_mail";
const MESSAGE: SealedColumn = SealedColumn { table: "mails", column: "message" };

impl Outbox for table::Entity {
    const ID: Self::Column = table::Column::Id;
    const RELAYED_AT: Self::Column = table::Column::RelayedAt;
}

/// What a mail says. Sealed while it waits, because it may hold a link that opens an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewMail {
    /// To whom.
    pub to: Phi<String>,
    /// What stands in the list.
    pub subject: Phi<String>,
    /// What it says. Nothing about a client, ever.
    pub text: Phi<String>,
}

impl Tx {
    /// Writes a mail into the outbox of this transaction.
    ///
    /// # Errors
    /// The database fails.
    pub async fn post(&mut self, mail: &NewMail) -> Result<MailId, AccessError> {
        let id: MailId = self.new_id();
        let now = self.now();
        self.insert::<table::Entity>(table::ActiveModel {
            id: Set(id),
            practice_id: Set(self.practice_id()),
            state: Set(MailState::Waiting),
            message: Set(Some(self.seal_json(MESSAGE, id, mail)?)),
            relayed_at: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        })
        .await?;
        self.mark_enqueued();
        Ok(id)
    }

    /// Forgets the words of a mail, which is not sent then if it was not yet.
    ///
    /// # Errors
    /// The database fails.
    pub async fn recall(&mut self, id: MailId) -> Result<(), AccessError> {
        let forgotten = table::ActiveModel { message: Set(None), ..Default::default() };
        let update = self.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(forgotten);
        self.execute_update(update).await.map(drop)
    }
}

/// A mail that still has to be sent; `None` when there is none, or no more.
///
/// # Errors
/// The database fails.
pub async fn load_mail(tx: &Tx, id: MailId) -> Result<Option<NewMail>, AccessError> {
    let waiting = tx
        .find::<table::Entity>()
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::State.eq(MailState::Waiting));
    let message = tx.one(waiting).await?.and_then(|row| row.message);
    message.map(|message| tx.open_json(MESSAGE, id, &message)).transpose()
}

/// Keeps what became of a mail, and forgets its words.
///
/// # Errors
/// The database fails.
pub async fn settle_mail(tx: &mut Tx, id: MailId, state: MailState) -> Result<(), AccessError> {
    let row = table::ActiveModel {
        state: Set(state),
        message: Set(None),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<table::Entity>().filter(table::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await?;
    let action = if state == MailState::Sent { Action::MailSent } else { Action::MailFailed };
    tx.record(Event::of(action, id));
    Ok(())
}

impl Database {
    /// Hands every waiting mail to the queue.
    ///
    /// # Errors
    /// The database or the queue fails; what was not handed over stays in the outbox.
    pub async fn relay_mail(&self, queue: &Queue) -> Result<(), RelayError> {
        loop {
            let rows = self.waiting::<table::Entity>().await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let ticket = Ticket { id: row.id.0, kind: MAIL.to_owned(), run_at: self.clock().now() };
                queue.push(ticket).await?;
                self.mark_relayed::<table::Entity>(row.practice_id, row.id.0).await?;
            }
        }
    }

    /// Which practice a mail belongs to; `None` when there is no such mail.
    ///
    /// # Errors
    /// The database fails.
    pub async fn practice_of_mail(&self, id: MailId) -> Result<Option<PracticeId>, AccessError> {
        let row = self.lookup().first(table::Entity::find_by_id(id)).await?;
        Ok(row.map(|row| row.practice_id))
    }
}
