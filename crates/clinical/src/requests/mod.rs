//! What the requests of clients have in common, whatever is asked for.
//!
//! - Each is answered by a day; that is extended once, by thirty days, with a reason told to the person in writing
//!   before the first time is over.
//! - What was answered or withdrawn stays as it is.
//! - Whoever looks after the practice's privacy is reminded a week before the last day, a day before it, and when it
//!   is over.

mod extend;
mod remind;
mod settle;
pub(crate) mod store;

use access::AccessError;
use shared::errors::FieldProblem;

pub use extend::ExtendError;
pub(crate) use extend::extend;
pub(crate) use remind::{Reminder, remind};
pub use settle::SettleError;
pub(crate) use settle::{check_words, hold_waiting};

/// Why a request was not written down.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The practice has no such client, or no such note of theirs.
    #[error("the practice has no such client, or no such note of theirs")]
    NotFound,
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}
