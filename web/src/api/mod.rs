//! Talking to the server. Protected calls exist only on [`SignedIn`], which only a page behind the
//! sign-in can get hold of.

mod anonymous;
pub mod browser;
mod failure;
mod http;
mod signed_in;
mod uploads;

pub use anonymous::Anonymous;
pub use failure::Failure;
pub use http::{Answer, Call, waiting_ms};
pub use signed_in::SignedIn;

/// Where the API begins.
pub const BASE: &str = "/api/v1";
