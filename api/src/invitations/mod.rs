//! Invitations into a practice.

pub mod accept;
pub mod create;
pub mod list;
pub mod read;
pub mod revoke;
