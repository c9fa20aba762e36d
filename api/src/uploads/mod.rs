//! Resumable uploads: tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum.

pub mod append;
pub mod begin;
pub mod describe;
mod header_values;
pub mod offset;
pub mod remove;
mod tus;
