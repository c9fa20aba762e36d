//! AI systems of the practice's own: entering them, and asking them over OpenAI's `chat/completions`, by the same rules and into the
//! same ledger as all others (ADR 50).

pub mod ask;
mod errors;
pub mod key;
pub mod models;
pub mod register;
