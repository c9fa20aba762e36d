//! A worker's name, with a proof that no other living process works under it.
//!
//! The proof is a lock that the operating system or PostgreSQL frees when its holder dies, so that
//! the next process of that name knows at once, and not after a lease, which jobs were orphaned.
//! A second process of the same name gets the next slot and touches nothing of the first.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use apalis::prelude::WorkerContext;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::{QueueError, store::Store};

pub(crate) struct Identity {
    /// What `lock_by` of this run's jobs says.
    pub context: WorkerContext,
    slot: String,
    proof: Proof,
}

enum Proof {
    /// Holding the file open is all there is to do.
    File {
        _lock: File,
    },
    Session(PgConnection),
}

impl Identity {
    /// Takes the first free slot of `name` and gives back what its last holder left running.
    pub async fn enrol(store: &Store, name: &str) -> Result<Self, QueueError> {
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        let mut number = 1_u32;
        loop {
            // The closing colon keeps slot 1 from being a prefix of slot 10.
            let slot = format!("{name}.{number}:");
            if let Some((proof, run)) = prove(store, &slot).await? {
                store.release(&slot, 1).await?;
                return Ok(Self { context: WorkerContext::new(&format!("{slot}{run}")), slot, proof });
            }
            number += 1;
        }
    }

    pub fn worker(&self) -> &str {
        self.context.name()
    }

    /// Renews a proof that was lost with its connection. Another process may have taken the slot
    /// meanwhile, and with it this run's jobs; this run then works on under its own id.
    pub async fn keep(&mut self, store: &Store) -> Result<(), QueueError> {
        if let (Proof::Session(session), Store::Postgres { options, .. }) = (&mut self.proof, store)
            && session.ping().await.is_err()
            && let Some((renewed, _run)) = lock_session(options, &self.slot).await?
        {
            *session = renewed;
        }
        Ok(())
    }
}

async fn prove(store: &Store, slot: &str) -> Result<Option<(Proof, String)>, QueueError> {
    match store {
        Store::Sqlite { file, .. } => {
            let lock = lock_file(file, slot.trim_end_matches(':'))?;
            match lock.try_lock() {
                Ok(()) => Ok(Some((Proof::File { _lock: lock }, String::new()))),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error.into()),
            }
        }
        Store::Postgres { options, .. } => {
            let locked = lock_session(options, slot).await?;
            Ok(locked.map(|(session, run)| (Proof::Session(session), run)))
        }
    }
}

/// A session of its own that holds the slot, and a random name for this run.
async fn lock_session(
    options: &PgConnectOptions,
    slot: &str,
) -> Result<Option<(PgConnection, String)>, QueueError> {
    let mut session = PgConnection::connect_with(options).await?;
    let (locked, run): (bool, String) =
        sqlx::query_as("SELECT pg_try_advisory_lock(hashtextextended($1, 0)), gen_random_uuid()::text")
            .bind(format!("jobs worker {slot}"))
            .fetch_one(&mut session)
            .await?;
    Ok(locked.then_some((session, run)))
}

/// The file beside the database that stands for `name`.
pub(crate) fn lock_file(database: &Path, name: &str) -> Result<File, QueueError> {
    let mut path = database.as_os_str().to_owned();
    path.push(format!(".{name}.lock"));
    Ok(OpenOptions::new().create(true).truncate(false).write(true).open(path)?)
}
