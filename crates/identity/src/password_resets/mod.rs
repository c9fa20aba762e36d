//! Choosing a new password by a link that was sent to the account's address.
//!
//! - Whether there is such an account is told to nobody but whoever reads its mail.
//! - A request is kept before it is answered, whether there is an account or not, and looked at afterwards.
//! - A link opens once, for half an hour; of its token only a hash is kept.
//! - It gives a new password and nothing else: all sign-ins end, none begins, and whoever has a second
//!   factor shows it at the next one.

mod ask;
mod confirm;
mod store;

pub use ask::{LIFETIME, ask_reset};
pub use confirm::{PendingReset, ResetError, check_reset, find_pending_reset, reset_password};
pub use store::{Ask, forget_ask, keep_ask, list_left_asks, remove_expired_resets};
