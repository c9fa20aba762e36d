//! Access reviews: every few months somebody looks at who may do what, and decides about each person
//! (45 CFR 164.308(a)(4)(ii)(C)).
//!
//! - Who is **due** was not looked at for as many months as the practice has set, or never since they joined.
//! - To **remove** somebody is to deactivate them, by the same code.
//! - Nobody decides about themselves; an owner who is the only one may keep themselves, or nobody could.

mod csv;
mod decide;
mod list;
mod store;

pub use csv::export;
pub use decide::{ReviewError, decide};
pub use list::list;
