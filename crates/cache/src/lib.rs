//! What several processes share for a moment: counts of requests, and word that something has changed.
//! It is kept in Redis. Nothing in it is needed to go on: without Redis each process counts for itself.

mod counts;
mod quota;
mod shared;

pub use counts::Counts;
pub use quota::{Quota, Taken};
pub use shared::{AddressRefused, Shared};

#[cfg(test)]
mod tests;
