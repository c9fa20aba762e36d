//! For tests of the domain: a real, migrated database of each kind, and people who act in it.
//!
//! SQLite is always there. PostgreSQL is used as well when `MINDSCRIBE_TEST_PG` holds the address of
//! a server on which databases may be created; each claim gets a new one.

#![expect(clippy::expect_used, reason = "support for tests: what fails here is the test's failure")]

mod database;
mod people;

pub use database::{SERVER, TestDatabase, everywhere};
