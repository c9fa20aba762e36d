//! AI governance: which systems a practice uses, every call that was made or refused, and the gateway,
//! which is the only door to a model.
//!
//! - A call is written into the ledger *before* it is made, in a transaction of its own; a refusal is
//!   written there too. Whether a call may be made is decided by [`policy`], a pure function: what every rule says
//!   can be looked at before a call ([`Gateway::explain`]), and by which rules it was decided stands in the ledger.
//! - The answer comes as [`Governed`], which only the gateway can build. It can be kept only together
//!   with the completed row of the ledger, in one transaction: a success in the ledger and a stored
//!   answer are the same fact, and a process that dies in between leaves neither.
//! - Calls whose process died are closed as `timeout`: by the job that made them when it runs again,
//!   and by upkeep after an hour.
//!
//! The ledger holds keyed hashes, never what went in or came out.

#![deny(missing_docs)]

mod gateway;
pub mod incidents;
pub mod ledger;
pub mod orders;
pub mod policy;
pub mod reports;
mod situation;
pub mod systems;
#[cfg(test)]
mod tests;

pub use gateway::{
    Answering, CallContext, Engine, Engines, Gateway, GatewayError, Governed, HeardPiece, Hearing, Judge,
    Line, Listening, Said, SpeechEngine, Voice, Voices, by_turns, one_voice, told_apart,
};
pub use llm::{Completer, Draft};
pub use speech::{
    Dropped, OpenSound, Piece, PieceText, Reason, SoundError, SpeakerSeparator, SpokenSpan, SpokenSpans,
    TextSpan, Transcriber, Turn, WholeRecording, into_pieces,
};
