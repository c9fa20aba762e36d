//! An empty place beside a database, to try something in, that is gone afterwards.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{ConnectOptions as _, Connection as _, postgres::PgConnectOptions};
use tokio::fs;

use super::{SnapshotError, postgres};
use crate::{DatabaseTarget, connection::failed};

/// Whatever is tried has ended by then.
const FORGOTTEN: TimeDelta = TimeDelta::hours(12);

/// An empty database of the same kind, in the same place.
#[derive(Debug)]
pub struct Scratch {
    /// Where it is.
    pub target: DatabaseTarget,
    made: Made,
}

#[derive(Debug)]
enum Made {
    Folder(PathBuf),
    Database { server: String, name: String },
}

impl Scratch {
    /// Makes one: a folder beside the file of SQLite; on PostgreSQL a database, which the account of `target` has to be
    /// allowed to make.
    ///
    /// # Errors
    /// It cannot be made.
    pub async fn beside(target: &DatabaseTarget, now: DateTime<Utc>) -> Result<Self, SnapshotError> {
        let random = hex::encode(crypto::random_bytes::<8>());
        let name = format!("{}{}_{random}", prefix(target)?, now.timestamp());
        match target {
            DatabaseTarget::Sqlite(path) => {
                let folder = path.with_file_name(format!(".{name}"));
                let mut builder = fs::DirBuilder::new();
                #[cfg(unix)]
                builder.mode(0o700);
                builder.create(&folder).await?;
                let target = DatabaseTarget::Sqlite(folder.join("mindscribe.sqlite"));
                Ok(Self { target, made: Made::Folder(folder) })
            }
            DatabaseTarget::Postgres { url, .. } => {
                run(url, format!("CREATE DATABASE {name}")).await?;
                let options: PgConnectOptions = url.parse().map_err(failed)?;
                let there = options.database(&name).to_url_lossy().to_string();
                let target = DatabaseTarget::Postgres { url: there, pool: 2 };
                Ok(Self { target, made: Made::Database { server: url.clone(), name } })
            }
        }
    }

    /// Removes it, with everything in it.
    ///
    /// # Errors
    /// It cannot be removed.
    pub async fn remove(self) -> Result<(), SnapshotError> {
        match self.made {
            Made::Folder(folder) => Ok(fs::remove_dir_all(folder).await?),
            Made::Database { server, name } => {
                run(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await
            }
        }
    }
}

/// How the names of scratches of this database begin: others may be beside it.
fn prefix(target: &DatabaseTarget) -> Result<String, SnapshotError> {
    let own = match target {
        DatabaseTarget::Sqlite(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        DatabaseTarget::Postgres { url, .. } => {
            let options: PgConnectOptions = url.parse().map_err(failed)?;
            options.get_database().unwrap_or_default().to_owned()
        }
    };
    Ok(format!("mindscribe_check_{}_", hex::encode(&crypto::token_hash(&own)[..6])))
}

/// Removes what was left by a process that died while it tried something, or while it wrote a snapshot.
///
/// # Errors
/// It cannot be removed.
pub async fn remove_leftovers(target: &DatabaseTarget, now: DateTime<Utc>) -> Result<(), SnapshotError> {
    let prefix = prefix(target)?;
    match target {
        DatabaseTarget::Sqlite(path) => {
            let Some((folder, own)) = path.parent().zip(path.file_name()) else { return Ok(()) };
            let copies = format!(".{}.", own.to_string_lossy());
            let mut entries = fs::read_dir(folder).await?;
            while let Some(entry) = entries.next_entry().await? {
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with(&copies) {
                    let modified: DateTime<Utc> = entry.metadata().await?.modified()?.into();
                    if modified + FORGOTTEN <= now {
                        fs::remove_file(entry.path()).await?;
                    }
                } else if name.strip_prefix('.').is_some_and(|name| is_forgotten(name, &prefix, now)) {
                    fs::remove_dir_all(entry.path()).await?;
                }
            }
        }
        DatabaseTarget::Postgres { url, .. } => {
            let mut connection = postgres::connect(url).await?;
            let ours = "SELECT datname::text FROM pg_database WHERE starts_with(datname, $1) \
                AND pg_has_role(datdba, 'MEMBER')";
            let names: Vec<String> =
                sqlx::query_scalar(ours).bind(&prefix).fetch_all(&mut connection).await.map_err(failed)?;
            let _ = connection.close().await;
            for name in names.iter().filter(|name| is_forgotten(name, &prefix, now)) {
                // Another process may be faster.
                run(url, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            }
        }
    }
    Ok(())
}

/// Whether this is the name of a scratch that was made long ago; nothing else goes into SQL.
fn is_forgotten(name: &str, prefix: &str, now: DateTime<Utc>) -> bool {
    let made = name.strip_prefix(prefix).and_then(|rest| rest.split_once('_'));
    let made = made.filter(|(_, random)| random.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let made = made.and_then(|(at, _)| DateTime::from_timestamp(at.parse().ok()?, 0));
    made.is_some_and(|made| made + FORGOTTEN <= now)
}

/// One statement on a connection of its own: databases are made and removed outside transactions.
async fn run(url: &str, sql: String) -> Result<(), SnapshotError> {
    let mut connection = postgres::connect(url).await?;
    let done = postgres::run(&mut connection, sql).await;
    let _ = connection.close().await;
    done
}
