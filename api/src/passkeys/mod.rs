//! Passkeys: signing in with one, showing one, and the own ones.

pub mod begin;
pub mod confirm;
pub mod options;
pub mod own_options;
pub mod remove;
pub mod rename;
pub mod sign_in;

use actix_web::{HttpResponse, http::header};
use identity::passkeys::Passkeys;
use serde_json::Value;
use shared::{Phi, errors::ErrorCode, passkeys::PasskeyOptions};

use crate::{App, Refusal};

impl App {
    /// The site that passkeys are for.
    ///
    /// # Errors
    /// `passkeys_unavailable`: the app is reached at an address that cannot have any.
    pub fn site(&self) -> Result<&Passkeys, Refusal> {
        self.passkeys.as_ref().ok_or_else(|| ErrorCode::PasskeysUnavailable.into())
    }
}

/// A challenge is for one eye.
fn options(public_key: Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(PasskeyOptions { public_key: Phi::new(public_key) })
}
