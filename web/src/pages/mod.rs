//! The pages. A page fetches and knows its noun; components show.

pub mod account;
pub mod audit;
pub mod auth;
pub mod clients;
mod frame;
pub mod governance;
mod not_found;
pub mod notes;
pub mod people;
pub mod practice;
pub mod sessions;
mod shortcuts;

pub use frame::Frame;
pub use not_found::{NotFound, Waiting};
