//! What handlers ask for by type: the person and their permission, versions, keys.

mod body;
mod idempotency;
mod if_match;
mod if_none_match;
mod order;
mod require;

pub use body::Body;
pub use idempotency::Idempotency;
pub use if_match::{IfMatch, etag};
pub use if_none_match::IfNoneMatchAny;
pub use require::{Anyone, AnyoneEvenLocked, Require, RequireEvenLocked, bearer};
