//! The commands that PostgreSQL's log archiving calls, and those around them.

use std::{
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tokio::{
    fs::{self, DirBuilder, File},
    io::AsyncWriteExt as _,
    process::Command,
};
use upkeep::log_archive::{Base, LogArchive, LogError, LogName};

use crate::{backups::print, commands, config::Config, startup};

/// Recovery takes 1 to 125 for the end of the log, and stops at anything above (PostgreSQL manual, *Recovering Using a
/// Continuous Archive Backup*).
const NOT_FOUND: u8 = 1;
const FAILED: u8 = 255;

/// `archive-log`: keeps a file of PostgreSQL's log.
///
/// # Errors
/// It was not kept; PostgreSQL keeps the file and tries again.
pub async fn keep(config: Config, name: LogName, path: PathBuf) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let ring = startup::log_key_ring(&config).await?;
    Ok(startup::log_archive(&config)?.keep(&ring, name, &path).await?)
}

/// `fetch-log`: fetches one.
///
/// # Errors
/// It is not there, or it failed: [`exit_code_of_fetching`] tells these apart.
pub async fn fetch(config: Config, name: LogName, path: PathBuf) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let ring = startup::log_key_ring(&config).await?;
    Ok(startup::log_archive(&config)?.fetch(&ring, name, &path).await?)
}

/// What a failure of `fetch-log` says to PostgreSQL: that the log ends here, or that recovery must not go on.
pub fn exit_code_of_fetching(error: &anyhow::Error) -> ExitCode {
    let ended = matches!(error.downcast_ref(), Some(LogError::NotFound(_)));
    ExitCode::from(if ended { NOT_FOUND } else { FAILED })
}

/// `archive-base`: keeps a base backup, which `pg_basebackup` makes. Which server it asks, and as whom, is said by libpq's
/// own variables (`PGHOST`, `PGUSER`, `PGPASSFILE` …).
///
/// # Errors
/// There is none; what was written is gone.
pub async fn keep_base(config: Config, as_json: bool) -> anyhow::Result<()> {
    commands::install_crypto_provider();
    let ring = startup::log_key_ring(&config).await?;
    let archive = startup::log_archive(&config)?;
    let mut base = archive.begin_base(&ring, SystemClock.new_id()).await?;
    archive.rewrap(&ring).await?;
    let mut program = Command::new("pg_basebackup");
    program.args(["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--no-password"]);
    // Of ours it needs none, least of all the keys.
    program.env_clear().envs(std::env::vars_os().filter(|(name, _)| {
        name.to_str().is_some_and(|name| name.starts_with("PG") || ["PATH", "HOME"].contains(&name))
    }));
    program.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut program = program.spawn().context("pg_basebackup cannot be started")?;
    let mut tar = program.stdout.take().context("pg_basebackup has no output")?;
    let bytes = base.pour(&mut tar).await?;
    anyhow::ensure!(program.wait().await?.success(), "pg_basebackup failed");
    let base = archive.end_base(base, SystemClock.now()).await?;
    print(&json!({ "base": base.id, "ended_at": base.ended_at, "bytes": bytes }), as_json);
    Ok(())
}

/// `restore --to`: unpacks the newest base backup from before a moment into an empty folder, and says to PostgreSQL where
/// its log is and up to when it is wanted. PostgreSQL does the rest when it starts there. What is to be told.
///
/// # Errors
/// The folder is not empty, or there is no base backup; what was unpacked is not to be started then.
pub(crate) async fn prepare(config: &Config, folder: &Path, at: DateTime<Utc>) -> anyhow::Result<Value> {
    let ring = startup::log_key_ring(config).await?;
    let archive = startup::log_archive(config)?;
    let base = archive.newest_base_until(&ring, at).await?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).await?;
    let is_empty = fs::read_dir(folder).await?.next_entry().await?.is_none();
    anyhow::ensure!(is_empty, "the folder is not empty");
    unpack(&archive, &ring, base, folder).await?;
    let mut settings = File::options().append(true).open(folder.join("postgresql.auto.conf")).await?;
    settings.write_all(recovery_settings(&std::env::current_exe()?, at)?.as_bytes()).await?;
    settings.sync_all().await?;
    // Last: without it PostgreSQL would not look for the log.
    File::create_new(folder.join("recovery.signal")).await?.sync_all().await?;
    Ok(json!({
        "base": base.id,
        "ended_at": base.ended_at,
        "start": format!("pg_ctl --pgdata={} start", folder.display()),
        "and_then": "mindscribe-api restore --all-but-database",
    }))
}

async fn unpack(
    archive: &LogArchive,
    ring: &crypto::KeyRing,
    base: Base,
    folder: &Path,
) -> anyhow::Result<()> {
    let mut program = Command::new("tar");
    program.args(["-x", "-f", "-", "-C"]).arg(folder).stdin(Stdio::piped()).kill_on_drop(true);
    let mut program = program.spawn().context("tar cannot be started")?;
    let mut input = program.stdin.take().context("tar has no input")?;
    let written = archive.write_base(ring, base, &mut input).await;
    // It reads to the end of what it is given.
    drop(input);
    let ended = program.wait().await?;
    written?;
    anyhow::ensure!(ended.success(), "tar failed");
    Ok(())
}

/// What PostgreSQL has to know. In a value `'` is written twice, and in a command `%` as well.
fn recovery_settings(program: &Path, at: DateTime<Utc>) -> anyhow::Result<String> {
    let program = program.to_str().context("the path of this program is no text")?;
    anyhow::ensure!(
        !program.contains(['"', '$', '`', '\\', '\n']),
        "the path of this program cannot be quoted"
    );
    let program = program.replace('%', "%%").replace('\'', "''");
    // It does not know the `Z` of RFC 3339 yet when it reads this.
    let at = at.format("%Y-%m-%d %H:%M:%S%.6f+00");
    Ok(format!(
        "\nrestore_command = '\"{program}\" fetch-log %f \"%p\"'\nrecovery_target_time = '{at}'\n\
         recovery_target_action = 'promote'\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_a_recovery_say_no_more_than_they_should() {
        let at =
            "2026-11-22T14:00:00+01:00".parse::<DateTime<chrono::FixedOffset>>().expect("a time").to_utc();
        let settings = recovery_settings(Path::new("/opt/it's 100%/api"), at).expect("settings");
        assert_eq!(
            settings,
            "\nrestore_command = '\"/opt/it''s 100%%/api\" fetch-log %f \"%p\"'\n\
             recovery_target_time = '2026-11-22 13:00:00.000000+00'\nrecovery_target_action = 'promote'\n"
        );
        recovery_settings(Path::new("/opt/$(reboot)/api"), at).expect_err("the shell would run it");
    }
}
