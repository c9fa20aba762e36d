//! Requests for clients' records.

pub mod deny;
pub mod export;
pub mod extend;
pub mod fulfil;
pub mod list;
pub mod receive;
pub mod withdraw;
