//! Roles that a practice makes for itself.

pub mod create;
pub mod edit;
pub mod list;
pub mod remove;
