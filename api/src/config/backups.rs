//! Where backups are kept, and how often they are made.

use std::path::PathBuf;

use chrono::TimeDelta;

use super::{Environment, Secret, StorageConfig, data::bucket};

/// Where backups are kept, and how often they are made.
#[derive(Debug, Clone)]
pub struct BackupConfig {
    /// Where; `None`: nowhere.
    pub store: Option<StorageConfig>,
    /// How often.
    pub every: TimeDelta,
    /// The key-encryption keys of the archive of PostgreSQL's log. They lie with the database server, and open nothing else.
    pub log_key: Option<Secret>,
    /// How far the archive reaches back.
    pub log_kept_for: TimeDelta,
}

impl BackupConfig {
    pub(super) fn read(environment: &mut Environment<'_>, recordings: &StorageConfig) -> Self {
        let folder =
            environment.find("BACKUP_DIR").map(|folder| StorageConfig::Folder(PathBuf::from(folder)));
        let bucket = environment.find("BACKUP_S3_BUCKET").map(|name| bucket(environment, name));
        if folder.is_some() && bucket.is_some() {
            environment.refuse("BACKUP_DIR and BACKUP_S3_BUCKET: set one of them".to_owned());
        }
        let same = match (recordings, &folder, &bucket) {
            (StorageConfig::Folder(one), Some(StorageConfig::Folder(other)), _) => one == other,
            (StorageConfig::S3(one), _, Some(other)) => one.bucket == other.bucket,
            _ => false,
        };
        if same {
            environment.refuse("backups cannot be kept where the recordings are".to_owned());
        }
        let hours = environment.parse("BACKUP_HOURS", 1_i64);
        if !(1..=168).contains(&hours) {
            environment.refuse("BACKUP_HOURS must be between 1 and 168".to_owned());
        }
        let log_days = environment.parse("BACKUP_LOG_DAYS", 7_i64);
        if !(1..=366).contains(&log_days) {
            environment.refuse("BACKUP_LOG_DAYS must be between 1 and 366".to_owned());
        }
        Self {
            store: folder.or(bucket.map(StorageConfig::S3)),
            every: TimeDelta::hours(hours.clamp(1, 168)),
            log_key: environment.secret("BACKUP_LOG_KEY"),
            log_kept_for: TimeDelta::days(log_days.clamp(1, 366)),
        }
    }
}
