//! What can go wrong between a slice and its rows. None of it is the caller's fault.

/// The database or the keys failed. Its text names no value of any row.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The database refused or did not answer.
    #[error("the database failed")]
    Database(#[from] sea_orm::DbErr),
    /// A field does not open: it was altered, moved, or sealed under another key.
    #[error("{table}.{column} does not open")]
    Damaged {
        /// Where.
        table: &'static str,
        /// Where.
        column: &'static str,
    },
    /// The keys could not be read.
    #[error("the practice's data key does not open")]
    Keys,
    /// The software's role is not held by row-level security, or owns tables.
    #[error("the database role is not held by row-level security")]
    Unwalled,
    /// A write was about to be kept without anything in the audit trail.
    #[error("nothing was recorded in the audit trail, so nothing was kept")]
    Unrecorded,
}

impl AccessError {
    /// Whether a row could not be added because what must be unique is there already.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Database(error)
            if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))))
    }

    /// Whether there is no room to write: `SQLITE_FULL`, or PostgreSQL's `disk_full`. Nothing of the
    /// transaction was kept.
    pub fn is_full(&self) -> bool {
        use sea_orm::{DbErr, RuntimeErr};
        const FULL: [&str; 2] = ["13", "53100"];
        let Self::Database(
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error))
            | DbErr::Conn(RuntimeErr::SqlxError(error)),
        ) = self
        else {
            return false;
        };
        let code = error.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code);
        code.is_some_and(|code| FULL.contains(&code.as_ref()))
    }
}
