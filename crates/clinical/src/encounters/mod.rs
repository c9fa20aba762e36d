//! Encounters: one therapy session each.
//!
//! - A session has at least one client; the first one's chart holds the note.
//! - Once a note of the session is signed, its clinical fields and its transcript are locked.
//!   Whoever changes them holds the session's row first ([`store::hold`]), and so does signing, so
//!   that a change and a signature cannot pass each other.
//! - Views leave the recording empty: who knows recordings fills it in.

mod checks;
mod create;
mod edit;
mod list;
mod load;
mod seen;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use create::{CreateError, create};
pub use edit::{EditError, edit};
pub use list::list;
pub use load::{LoadError, chart_of, clients_of, load, locked, names_in};
