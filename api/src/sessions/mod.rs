//! The own sign-ins, on all devices.

pub mod end;
pub mod end_others;
pub mod list;
