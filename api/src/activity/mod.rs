//! The weekly review of what people did.

pub mod decide;
pub mod list;
