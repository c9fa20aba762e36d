//! The pages. A page fetches and knows its noun; components show.

#[cfg(feature = "office")]
pub mod account;
#[cfg(feature = "office")]
pub mod audit;
#[cfg(feature = "charts")]
pub mod auth;
#[cfg(feature = "charts")]
pub mod clients;
pub mod emergency;
mod frame;
#[cfg(feature = "office")]
pub mod governance;
mod not_found;
#[cfg(feature = "charts")]
pub mod notes;
#[cfg(feature = "office")]
pub mod people;
#[cfg(feature = "office")]
pub mod practice;
#[cfg(feature = "charts")]
pub mod sessions;
mod shortcuts;
#[cfg(feature = "office")]
pub mod sso;

pub use frame::Frame;
pub use not_found::{NotFound, Waiting};
