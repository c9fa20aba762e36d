//! `mindscribe-api`: one binary, several commands.

mod allocator;
mod memory;

use std::{net::TcpListener, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use api::{config::Config, log_archive};
use clap::{Parser, Subcommand};
use upkeep::log_archive::LogName;

#[derive(Parser)]
#[command(name = "mindscribe-api", version, about = "The MindScribe server")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests
    Serve {
        /// Do the jobs in this process too
        #[arg(long)]
        with_worker: bool,
    },
    /// Do jobs
    Work,
    /// Bring the database's schema up to date
    Migrate,
    /// Make a backup now
    Backup {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print what is due to be removed by its age
    Retention {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Wrap every data key under the first of ENCRYPTION_KEY, so that the others can be dropped
    RotateKeys {
        /// Give every practice a new data key instead, and seal everything anew under it
        #[arg(long)]
        data: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Have AWS KMS make a key-encryption key, and print it as an entry for ENCRYPTION_KEY
    NewKmsKey {
        /// The key of KMS that wraps it: an id, an ARN or alias/…
        #[arg(long)]
        kms_key: String,
        /// Its id in the ring, never used before, such as the month
        #[arg(long)]
        id: String,
    },
    /// Bring a backup back into an empty place, or try whether it would come back
    Restore(api::backups::Restore),
    /// Keep a file of PostgreSQL's log with the backups: for its `archive_command`, with `"%p" %f`
    ArchiveLog {
        /// Where the file is
        path: PathBuf,
        /// What PostgreSQL calls it
        name: LogName,
    },
    /// Fetch one back: for PostgreSQL's `restore_command`, with `%f "%p"`
    FetchLog {
        /// What PostgreSQL calls it
        name: LogName,
        /// Where the file goes
        path: PathBuf,
    },
    /// Keep a base backup of PostgreSQL with the backups, by `pg_basebackup`
    ArchiveBase {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say everything that is wrong with the settings
    CheckConfig,
    /// Ask a running server how it is; exit 0 if it is healthy
    Health,
    /// Seed a server: practices, people, tokens
    #[command(subcommand)]
    Admin(api::admin::Admin),
    /// Verify the audit trail; exit 0 if it is intact
    VerifyAudit(api::trail::VerifyAudit),
    /// Print the description of the API
    ExportOpenapi,
    /// Print the table of settings
    ExportEnv,
}

fn main() -> ExitCode {
    allocator::tune();
    let command = Arguments::parse().command;
    let fetches_log = matches!(command, Command::FetchLog { .. });
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mindscribe-api: {error:#}");
            if fetches_log { log_archive::exit_code_of_fetching(&error) } else { ExitCode::FAILURE }
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    memory::keep_to_itself().context("the memory of the process cannot be protected")?;
    match command {
        Command::CheckConfig => {
            read_config()?;
            println!("The settings are in order.");
            Ok(())
        }
        Command::ExportOpenapi => {
            println!("{}", api::document().to_pretty_json().context("the description has no JSON form")?);
            Ok(())
        }
        Command::ExportEnv => {
            print!("{}", api::config::describe());
            Ok(())
        }
        Command::Admin(command) => on_all_cores(api::admin::run(read_config()?, command)),
        Command::Backup { json } => on_all_cores(api::backups::backup(read_config()?, json)),
        Command::Retention { json } => on_all_cores(api::retention::command::print_due(read_config()?, json)),
        Command::RotateKeys { data: true, json } => on_all_cores(api::keys::renew(read_config()?, json)),
        Command::RotateKeys { data: false, json } => on_all_cores(api::keys::rotate(read_config()?, json)),
        Command::NewKmsKey { kms_key, id } => {
            on_one_thread(async move { api::keys::new_in_kms(read_config()?, &kms_key, &id).await })
        }
        Command::Restore(arguments) => on_all_cores(api::backups::restore(read_config()?, arguments)),
        Command::ArchiveLog { path, name } => on_one_thread(log_archive::keep(read_config()?, name, path)),
        Command::FetchLog { name, path } => {
            on_one_thread(async move { log_archive::fetch(read_config()?, name, path).await })
        }
        Command::ArchiveBase { json } => on_all_cores(log_archive::keep_base(read_config()?, json)),
        Command::VerifyAudit(command) => on_all_cores(api::trail::run(read_config()?, command)),
        Command::Health => on_one_thread(api::commands::health(read_config()?)),
        Command::Migrate => on_one_thread(api::commands::migrate(read_config()?)),
        Command::Serve { with_worker } => on_all_cores(async move {
            let config = read_config()?;
            let listener = TcpListener::bind((config.server.listen.as_str(), config.server.port))
                .with_context(|| format!("port {} cannot be listened on", config.server.port))?;
            Box::pin(api::commands::serve(config, listener, with_worker)).await
        }),
        Command::Work => on_all_cores(async { Box::pin(api::commands::work(read_config()?)).await }),
    }
}

fn read_config() -> anyhow::Result<Config> {
    Config::from_env(&|name| std::env::var(name).ok()).map_err(|problems| {
        anyhow::anyhow!("the settings are not in order:\n  - {}", problems.join("\n  - "))
    })
}

fn on_one_thread(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn on_all_cores(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
