//! How long charts are kept.

pub mod command;
pub mod load;
pub mod preview;
pub mod save;
pub mod withdraw;
