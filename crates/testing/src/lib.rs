//! For tests of the domain: a real, migrated database of each kind, people who act in it, and a mail
//! server, a web server and a Redis as the outside world.
//!
//! SQLite is always there. PostgreSQL is used as well when `MINDSCRIBE_TEST_PG` holds the address of
//! a server on which databases may be created; each claim gets a new one.

#![expect(clippy::expect_used, reason = "support for tests: what fails here is the test's failure")]

mod database;
mod people;
mod postbox;
mod redis;
mod site;

pub use database::{SERVER, TestDatabase, everywhere};
pub use postbox::{Postbox, Received};
pub use redis::Redis;
pub use site::{Asked, Site, Told};
