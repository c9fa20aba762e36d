//! Keys by which other programs work for a practice.
//!
//! - A key may do what it was given, which is no more than its maker may, and nothing that is a person's
//!   own: sign, decide about people, switch AI systems, make keys ([`Permissions::of_keys`]).
//! - It ends by itself within a year, and at once when it is revoked or its secret is renewed.
//! - Its secret is told once, and kept only as a hash. What it does is recorded as `api_key:<id>`.
//!
//! [`Permissions::of_keys`]: shared::permissions::Permissions::of_keys

mod create;
mod end;
mod resolve;
mod secret;
mod store;

pub use create::{CreateError, create};
pub use end::{EndError, list, renew, revoke};
pub use resolve::resolve;
pub use secret::looks_like_a_key;
pub(crate) use store::note_use;
