//! Clients: the people who receive therapy.
//!
//! - Everything that says who they are is sealed; only their place and dates of our own are not.
//! - A client of another practice is *not found*.

mod checks;
mod create;
mod edit;
mod find_exactly;
mod list;
mod load;
mod names;
mod search;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use create::{CreateError, create};
pub use edit::{EditError, edit};
pub use find_exactly::{SearchError, check_search, find_exactly, is_visible};
pub use list::{list, mark_unmarked};
pub use load::{LoadError, load};
pub use names::list_names;
