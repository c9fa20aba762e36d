//! What a practice sets for itself.

pub mod edit;
pub mod export;
pub mod load;
