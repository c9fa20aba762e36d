//! Everything of the database as it was at one moment, written where it is kept, and read back into an empty one.
//!
//! It is written in the database's own words: of SQLite the file, of PostgreSQL the rows of each table in the order in
//! which they can refer to each other (`COPY … BINARY`). So it is exact, fast, and for the same kind of database. What
//! is sealed in the rows stays sealed; the snapshot itself is for the caller to seal.

mod count;
mod frames;
mod postgres;
mod scratch;
mod sqlite;

use std::{collections::BTreeMap, io};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};

pub use frames::FrameError;
pub use scratch::{Scratch, remove_leftovers};

use crate::{AccessError, Database, DatabaseTarget, connection::Store};

/// How many rows each table has, by its name.
pub type Rows = BTreeMap<String, u64>;

/// Why nothing was written or read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Where it goes, or comes from, failed.
    #[error("the snapshot could not be written or read")]
    Io(#[from] io::Error),
    /// What was read is no snapshot.
    #[error("this is no snapshot")]
    Frames(#[from] FrameError),
    /// It is of another kind of database.
    #[error("the snapshot is of another kind of database")]
    OtherDatabase,
    /// There is something in the database already.
    #[error("the database is not empty")]
    NotEmpty,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<sea_orm::DbErr> for SnapshotError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Access(error.into())
    }
}

/// Which kind of database a snapshot is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

impl DatabaseTarget {
    /// Which kind of database it is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }
}

impl Database {
    /// Writes everything that the database holds at one moment, while others go on writing to it, and says how many
    /// rows that are. `target` is where the database is.
    ///
    /// # Errors
    /// [`SnapshotError`]; what was written is of no use then.
    pub async fn write_snapshot(
        &self,
        target: &DatabaseTarget,
        out: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Result<Rows, SnapshotError> {
        match (self.store(), target) {
            (Store::Embedded(file), DatabaseTarget::Sqlite(path)) => {
                sqlite::write(file.connection(), path, out).await
            }
            (Store::Server(server), _) => postgres::write(server, out).await,
            (Store::Embedded(_), DatabaseTarget::Postgres { .. }) => Err(SnapshotError::OtherDatabase),
        }
    }
}

/// Refuses a database that holds anything already.
///
/// # Errors
/// [`SnapshotError::NotEmpty`], or the database does not answer.
pub async fn expect_empty(target: &DatabaseTarget) -> Result<(), SnapshotError> {
    match target {
        DatabaseTarget::Sqlite(path) => sqlite::expect_empty(path).await,
        DatabaseTarget::Postgres { url, .. } => postgres::expect_empty(url).await,
    }
}

/// Reads a snapshot into an empty database. On PostgreSQL the schema that it was made of is there already, without the
/// wall between practices; of SQLite there is nothing yet. What waits to be handed to a queue waits again.
///
/// # Errors
/// [`SnapshotError`]; an unfinished SQLite file is removed, and on PostgreSQL nothing was added.
pub async fn read_snapshot(
    target: &DatabaseTarget,
    source: &mut (impl AsyncRead + Unpin + Send),
) -> Result<(), SnapshotError> {
    match target {
        DatabaseTarget::Sqlite(path) => sqlite::read(path, source).await?,
        DatabaseTarget::Postgres { url, .. } => postgres::read(url, source).await?,
    }
    count::hand_over_again(target).await
}

/// How many rows each table has; asked as the owner of the tables, before the wall between practices is raised.
///
/// # Errors
/// The database fails.
pub async fn count_rows(target: &DatabaseTarget) -> Result<Rows, SnapshotError> {
    count::all(target).await
}
