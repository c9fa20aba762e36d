//! Requests of clients that their record be changed.

pub mod accept;
pub mod deny;
pub mod extend;
pub mod list;
pub mod papers;
pub mod receive;
pub mod withdraw;
