//! Notes.

pub mod add_addendum;
pub mod co_sign;
pub mod create;
pub mod edit;
pub mod export;
pub mod give_back;
pub mod list;
pub mod load;
pub mod risk;
pub mod sign;
mod signature;
