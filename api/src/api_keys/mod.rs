//! Keys by which other programs work for a practice.

pub mod create;
pub mod list;
pub mod renew;
pub mod revoke;
