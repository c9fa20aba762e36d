//! The own second factors.

pub mod begin;
pub mod confirm;
pub mod list;
mod qr_code;
pub mod remove;
pub mod renew;

use shared::{Phi, second_factors::RecoveryCodes};

pub(crate) fn shown_once(codes: Vec<String>) -> RecoveryCodes {
    RecoveryCodes { codes: codes.into_iter().map(Phi::new).collect() }
}
