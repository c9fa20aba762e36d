//! Notes.

pub mod add_addendum;
pub mod create;
pub mod edit;
pub mod list;
pub mod load;
pub mod sign;
