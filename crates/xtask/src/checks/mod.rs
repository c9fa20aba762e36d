//! What is checked beside the tests of the crates, each in a file of its own.

pub mod deploy;
pub mod licences;
pub mod links;
pub mod nginx;
