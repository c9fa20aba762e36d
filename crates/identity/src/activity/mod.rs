//! The weekly review of what people did (45 CFR 164.308(a)(1)(ii)(D)): once a week the trail is looked through for what
//! is worth a second look, and somebody else than whoever did it decides about it.
//!
//! - What is looked for is pure arithmetic over events ([`Look`]); nothing of it is wrong by itself.
//! - A week is from Monday to Monday in the practice's time zone, and is looked at once, when it is over.
//! - Whose chart it was is sealed: with the reason beside it, it would say who the client is.
//! - Nobody decides about their own, and what was decided is not changed. That a clinician and a client have the same
//!   family name, and that it is fine, is not asked about again.

mod decide;
mod list;
mod look;
mod store;
mod week;

pub use decide::{DecideError, decide};
pub use list::list;
pub use look::{Client, Found, Look};
pub use week::{Weeks, look_at_weeks_that_are_over};
