//! An answer that came through the gateway.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::AiCallId;

use crate::ledger::{self, store::Success};

/// An answer, with the call that gave it. Only the gateway builds one.
///
/// It is taken out by [`Governed::keep`], which completes the ledger's row in the transaction in which
/// the caller stores the answer. Dropped, it leaves the call open, to be closed as an orphan.
#[derive(Debug)]
#[must_use = "an answer that is not kept leaves its call open in the ledger"]
pub struct Governed<T> {
    call_id: AiCallId,
    answer: T,
    success: Success,
}

impl<T> Governed<T> {
    pub(super) fn new(call_id: AiCallId, answer: T, success: Success) -> Self {
        Self { call_id, answer, success }
    }

    /// Which call.
    pub fn call_id(&self) -> AiCallId {
        self.call_id
    }

    /// Notes the success in the ledger and hands out the answer, to be stored in the same transaction.
    ///
    /// # Errors
    /// The database fails.
    pub async fn keep(self, tx: &mut Tx) -> Result<T, AccessError> {
        ledger::store::succeed(tx, self.call_id, &self.success).await?;
        tx.record(Event::of(Action::AiCallEnded, self.call_id));
        Ok(self.answer)
    }
}
