//! Transcripts: who said what, when.
//!
//! - A session has at most one. It comes from the recording or is typed; afterwards it is corrected,
//!   never replaced, so that the ids of its lines, which notes cite, stay what they are. Where lines are divided or
//!   joined, notes [follow](crate::notes).
//! - Every change counts its revision up; a change made to an older revision is refused.
//! - A signed note of the session locks it.
//! - When its time is over it is [removed](fn@remove): its row says when, and [evidence](shared::transcripts::Evidence) is kept
//!   of the lines that signed notes cite.

mod edit;
pub(crate) mod lines;
mod load;
mod remove;
pub(crate) mod store;
mod store_from_recording;
mod store_typed;
#[cfg(test)]
mod tests;
mod turns;

pub use edit::{EditError, edit};
pub use load::{LoadError, exists, load};
pub use remove::{Quotations, remove};
pub use store::sessions_with_words;
pub use store_from_recording::{
    HeardTranscript, NewSegment, NewSpeaker, StoreFromRecordingError, store_from_recording,
};
pub use store_typed::{StoreTypedError, store_typed};
pub(crate) use turns::turns_of;
pub use turns::{Turn, turns};
