//! `/clients/{id}/care-team`: who is in care of a client.

pub mod add;
pub mod list;
pub mod remove;
