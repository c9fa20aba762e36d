//! Incidents with what is kept about people: from a suspicion to the last notice (45 CFR 164.400-414).
//!
//! - An incident is what it was when it was opened, and a timeline to which people add and of which nothing is changed or removed.
//!   Everything else is read from these: how far it is, what was decided, when it was discovered. A decision that another
//!   has taken the place of stands where it stood.
//! - It was discovered when anybody of the practice first knew, or would have with reasonable diligence (164.404(a)(2)):
//!   that can move to an earlier moment and to no later one.
//! - [Clocks](clocks) are arithmetic over what is known, by [rules](rules::Pack) with day and source. A breach is presumed
//!   until somebody decides otherwise and says why.
//! - What is written down may name people and is sealed. It stays when a chart that it was about is deleted: that everybody
//!   was told has to be shown for six years (164.414(b), 164.530(j)).

mod add;
mod clocks;
mod file;
mod list;
mod open;
mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use add::{AddError, add};
pub use list::{LoadError, list, load};
pub use open::{OpenError, open};
