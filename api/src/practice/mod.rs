//! What a practice sets for itself.

pub mod deletion;
pub mod edit;
pub mod export;
pub mod load;
