//! The pages. A page fetches and knows its noun; components show.

#[cfg(feature = "office")]
pub mod account;
#[cfg(feature = "office")]
pub mod audit;
pub mod auth;
pub mod clients;
#[cfg(feature = "office")]
pub mod disclosures;
pub mod emergency;
mod entrance;
mod frame;
#[cfg(feature = "office")]
pub mod governance;
mod lock;
mod not_found;
pub mod notes;
#[cfg(feature = "office")]
pub mod people;
#[cfg(feature = "office")]
pub mod practice;
#[cfg(feature = "office")]
pub mod requests;
#[cfg(feature = "office")]
pub mod retention;
pub mod sessions;
mod shortcuts;
#[cfg(feature = "office")]
pub mod sso;
mod step_up;

pub use frame::Frame;
pub use lock::lock;
pub use not_found::{NotFound, Waiting};
