//! The people of a practice.

pub mod colleagues;
pub mod edit;
pub mod end_supervision;
pub mod list;
pub mod supervise;
