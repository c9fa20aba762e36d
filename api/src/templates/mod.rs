//! Note formats.

pub mod list;
