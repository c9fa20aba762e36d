//! How long charts are kept.
//!
//! - What the law asks for, by jurisdiction and class, is data with a date, a source and how sure it is. It suggests,
//!   and whoever decides for less has to say that it is meant.
//! - The practice's own rule counts years from the last contact, and of somebody who was a minor from when they came of
//!   age. One that removes more than the one before waits [`RULE_WAITING_DAYS`](shared::retention::RULE_WAITING_DAYS) days.
//! - A chart whose time is over is [put up](fn@propose) for [deletion](crate::client_deletions) by the software, which waits
//!   and is told. Somebody may keep it, with a reason. Before it begins the rule is asked again.
//! - Without a date of birth nobody knows whether a client was a minor: such a chart stays until a person decides.

mod law;
mod load;
mod outlived;
mod preview;
mod propose;
mod save;
mod store;

pub use load::load;
pub(crate) use outlived::is_over;
pub use preview::preview;
pub use propose::{Due, list_due, propose};
pub use save::{SaveError, WithdrawRuleError, save, withdraw};
