//! Notes: drafted, edited sentence by sentence, signed, and then added to but never changed.
//!
//! - A note has the sections of its format, in their order, and no others.
//! - A sentence that is an AI system's own cites the lines that support it, and they are lines of the
//!   session's transcript. Changed by as much as a letter, it is the clinician's.
//! - Where lines of the transcript become others, a note that nobody signed cites those.
//! - Every change counts the revision up; a change made to an older revision is refused.
//! - Where a signature is not enough, the note waits for that of somebody who answers for the signer, who
//!   may give it back instead. Nothing in it changes meanwhile.
//! - Every line of the session that touches risk is cited or dismissed with a reason before the note is signed. What
//!   touches risk, whoever calls knows: [`RiskLexicon`].
//! - A signature is the SHA-256 of the note's canonical bytes with signer and time. It is computed
//!   again whenever the note is shown; a note that does not fit its signature is not shown.

mod addenda;
mod canonical;
mod co_sign;
mod create;
mod create_from_draft;
mod dismiss;
mod edit;
mod follow;
mod list;
mod load;
mod note;
mod risk;
mod sign;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use addenda::{AddAddendumError, add_addendum};
pub use co_sign::{CoSignError, co_sign, give_back};
pub use create::{CreateError, create};
pub use create_from_draft::{
    CreateFromDraftError, DraftSection, DraftSentence, DraftedNote, create_from_draft,
};
pub use dismiss::{DismissError, DismissedBy, dismiss_risk, take_back_dismissal};
pub use edit::{EditError, edit};
pub(crate) use follow::follow;
pub use list::list;
pub use load::{LoadError, load};
pub use risk::{FoundRisk, RiskLexicon, load_risk};
pub use sign::{SignError, SignerName, sign};
pub use store::{sessions_in_writing, sessions_signed_until};
