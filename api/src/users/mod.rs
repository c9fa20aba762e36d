//! The people of a practice.

pub mod edit;
pub mod list;
