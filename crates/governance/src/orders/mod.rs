//! What a practice orders about AI, until it ends the order: all of it stops, or a rule of a place is set aside.
//!
//! An order holds from the next call on, in all processes: every call asks the database. What is being called when all is
//! stopped is broken off within seconds.

mod change;
mod list;
pub(crate) mod store;

pub use change::{OrderError, allow_again, holds_again, set_aside, stop};
pub use list::list_rules;
