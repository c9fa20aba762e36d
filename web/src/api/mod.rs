//! Talking to the server. Protected calls exist only on [`SignedIn`], which only a page behind the
//! sign-in can get hold of.

mod account;
mod anonymous;
pub mod browser;
mod failure;
mod http;
pub mod json;
pub mod passkey;
mod risk;
mod roles;
mod signed_in;
mod sso;
mod uploads;

pub use account::{Device, Factors, Passkey, flag, list, one, read, text, time};
pub use anonymous::{Anonymous, Asked, Entered};
pub use failure::Failure;
pub use http::{Answer, Call, waiting_ms};
pub use roles::OwnRole;
pub use signed_in::SignedIn;
pub use sso::Connection;
pub use uploads::{Piece, blob};

/// Where the API begins.
pub const BASE: &str = "/api/v1";
