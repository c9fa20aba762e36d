//! Choosing a new password by a link that was sent to the account's address.

pub mod ask;
pub mod confirm;
