//! The ledger: a row for every call, written before it is made and completed after; and for every
//! call that was refused.

mod close_orphans;
mod list;
pub(crate) mod store;
mod usage;

pub use close_orphans::{close_job, close_orphans};
pub use list::list;
pub use usage::{Prices, Usage};
