//! The pages. A page fetches and knows its noun; components show.

pub mod account;
pub mod audit;
pub mod auth;
pub mod clients;
pub mod disclosures;
pub mod emergency;
mod entrance;
mod frame;
pub mod governance;
pub mod incidents;
mod lock;
mod not_found;
pub mod notes;
pub mod people;
pub mod practice;
pub mod requests;
pub mod retention;
pub mod sessions;
mod shortcuts;
pub mod sso;
mod step_up;

pub use frame::Frame;
pub use lock::lock;
pub use not_found::{NotFound, Waiting};
