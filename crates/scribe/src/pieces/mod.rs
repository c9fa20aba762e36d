//! Pieces of a recording: what a recogniser hears in one go, and what it heard.

pub(crate) mod store;
