//! The practices that one person works in.

pub mod join;
pub mod list;
