//! Incidents, and what has to be done after a breach.

pub mod add;
pub mod file;
pub mod list;
pub mod load;
pub mod open;
mod paper;
