//! Transcripts.

pub mod edit;
pub mod load;
pub mod store_typed;
