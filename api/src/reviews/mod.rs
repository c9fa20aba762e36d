//! Access reviews.

pub mod decide;
pub mod list;
