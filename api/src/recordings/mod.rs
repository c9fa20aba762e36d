//! Recordings: the simple upload, how far they are, and hearing them.

pub mod audio;
mod body;
pub mod load;
mod range;
pub mod store;
pub mod ticket;
