//! Consents: what a client agreed to, when, and whether it still holds.
//!
//! - A consent is live from the moment it was given until it is taken back. Nothing deletes one.
//! - Nothing of a session may be recorded or uploaded unless **every** client in it has a live
//!   consent to recording.
//! - Whether AI may work on a session is decided at each call from how far its clients agree ([`standings`]).

mod grant;
mod list;
mod live;
mod load;
mod revoke;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use grant::{GrantError, grant};
pub use list::{ListError, list};
pub use live::{RecordingConsentError, live, require_live_recording, standings, standings_of};
pub use load::{LoadError, load};
pub use revoke::{RevokeError, revoke};
