//! Invitations: a person who answers for people sends a link, and whoever holds it joins.
//!
//! - The link works once and for 72 hours. Its token is kept only as a hash, and stands in the link's
//!   fragment, which no server log sees (RFC 3986 §3.5).
//! - Inviting answers alike whether the address has an account elsewhere or not; only who holds the
//!   link, and so reads that address's mail, learns it.
//! - A new invitation to the same address takes the place of the one before.

mod accept;
mod invite;
mod list;
mod revoke;
pub(crate) mod store;

pub use accept::{AcceptError, PendingInvitation, accept, check, find_pending, greet};
pub use invite::{InviteError, LIFETIME, invite};
pub use list::{list, load};
pub use revoke::{RevokeError, revoke};
