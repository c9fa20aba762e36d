//! Why the queue could not do what it was asked. No variant carries a job's contents.

/// A failure of the queue itself, not of a job.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The database refused or could not be reached.
    #[error("the job database failed")]
    Database(#[from] sqlx::Error),
    /// apalis' tables could not be brought up to date.
    #[error("the job tables could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The file that guards a SQLite queue could not be opened or locked.
    #[error("the job queue's lock file failed")]
    LockFile(#[from] std::io::Error),
    /// A row does not have the form that apalis gives it.
    #[error("a job row cannot be read")]
    UnreadableRow,
}

impl From<apalis_sqlite::Error> for QueueError {
    fn from(error: apalis_sqlite::Error) -> Self {
        match error {
            apalis_sqlite::Error::Database(error) => Self::Database(error),
            _ => Self::UnreadableRow,
        }
    }
}

impl From<apalis_postgres::Error> for QueueError {
    fn from(error: apalis_postgres::Error) -> Self {
        match error {
            apalis_postgres::Error::Database(error) => Self::Database(error),
            _ => Self::UnreadableRow,
        }
    }
}
