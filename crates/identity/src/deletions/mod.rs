//! The end of a practice.
//!
//! - An owner asks for it, with an archive of everything made before and a second factor shown a moment ago; the
//!   owners and the privacy contact are told. Until it is due, any owner can withdraw it.
//! - It [begins](begin): every row is gone in one transaction, and nobody is signed in any more. What a request
//!   or a job that was under way put in after that goes when it is [finished](finish).
//! - It is finished when the stored sound is gone too: the keys are destroyed, what is left is counted, and the
//!   certificate is signed over what was counted. Dying in between loses nothing: the next look goes on.
//! - A [`Tombstone`] beside the backups has it deleted again after a restore.
//! - The audit trail stays: ids and times, and no name (45 CFR 164.316(b)(2)(i)).

mod ask;
mod carry_out;
mod certificate;
mod load;
mod store;

pub use ask::{AskError, WithdrawError, ask, withdraw};
pub use carry_out::{Due, FinishError, Tombstone, begin, delete_again, find_due, finish};
pub use certificate::{Certificates, NotSigned};
pub use load::{load, load_public};
