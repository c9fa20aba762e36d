//! Black-box tests: the real server on a free port of the loopback interface, people who talk to it
//! over HTTP, and searches through everything that it leaves behind.
//!
//! SQLite is always there. PostgreSQL is used as well when `MINDSCRIBE_TEST_PG` holds the address of
//! a server on which databases may be created; each test gets a new one.

#![expect(clippy::expect_used, reason = "support for tests: what fails here is the test's failure")]

mod answer;
mod app;
mod binary;
mod bucket;
mod clock;
mod cluster;
mod identity_provider;
mod passkey;
mod people;
mod person;
mod postgres;
mod sound;
mod story;
mod totp;
mod traces;

pub use answer::{Answer, Answered};
pub use app::{Backend, TestApp};
pub use binary::{Binary, run};
pub use bucket::OwnBucket;
pub use clock::MovableClock;
pub use cluster::Cluster;
pub use identity_provider::{Browser, IdentityProvider, parameter};
pub use passkey::Passkey;
pub use person::{PASSWORD, Person};
pub use postgres::OwnDatabase;
pub use sound::{excerpt, fixture, models, noise, silence, wav};
pub use story::{Events, Session, new_client, new_session, share, wait_for_job};
pub use testing::{Asked, Postbox, Received, Redis, Site, Told};
pub use totp::totp;
pub use traces::{Find, Mark};

/// Makes two tests of each claim: one on SQLite, one on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($claim:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 1)] async fn $claim() {
                if let Some(app) = $crate::TestApp::start($crate::Backend::Sqlite).await {
                    super::$claim(&app).await;
                    app.stop().await;
                }
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 1)] async fn $claim() {
                if let Some(app) = $crate::TestApp::start($crate::Backend::Postgres).await {
                    super::$claim(&app).await;
                    app.stop().await;
                }
            })+
        }
    };
}

/// The same for claims that need the local speech models.
#[macro_export]
macro_rules! on_both_with_models {
    ($($claim:ident),+ $(,)?) => {
        mod with_models_on_sqlite {
            $(#[tokio::test] async fn $claim() {
                if let Some(app) = $crate::TestApp::start_with_models($crate::Backend::Sqlite).await {
                    super::$claim(&app).await;
                    app.stop().await;
                }
            })+
        }
        mod with_models_on_postgres {
            $(#[tokio::test] async fn $claim() {
                if let Some(app) = $crate::TestApp::start_with_models($crate::Backend::Postgres).await {
                    super::$claim(&app).await;
                    app.stop().await;
                }
            })+
        }
    };
}
