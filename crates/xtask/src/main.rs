//! `cargo xtask`: everything that one does with this checkout, from the first start to what CI checks.

mod bench;
mod check;
mod checks;
mod demo;
mod fuzz;
mod postgres;
mod process;
mod report;
mod s3;
mod server;
mod setup;
mod test;
mod up;
mod web;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use server::Profile;
use setup::Goal;
use std::{path::PathBuf, process::ExitCode};
use workspace::Workspace;

/// Sets MindScribe up, runs it and checks it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run a recording through the whole pipeline, show the result and leave the app running.
    Demo {
        /// A recording (wav, mp3, m4a, aac, flac, ogg, opus, webm); the bundled role-play when left out.
        audio: Option<PathBuf>,
        /// Build the server with full optimisation, which takes minutes longer.
        #[arg(long)]
        release: bool,
    },
    /// Start the app without a sample; what it keeps is in ./data (DATA_DIR).
    Up {
        /// Rebuild and reload the browser app whenever web/ changes.
        #[arg(long)]
        dev: bool,
        /// Build the server with full optimisation, which takes minutes longer.
        #[arg(long)]
        release: bool,
    },
    /// Everything that CI checks.
    Test,
    /// The fast part of it: format, clippy, the tests that need nothing running.
    Check,
    /// Measure the figures of this machine and print them beside those to reach.
    Bench {
        /// `quality`: not how fast it is, but what it makes of dialogues.
        subject: Option<Subject>,
        /// Also a whole session of 50 minutes, which takes ten minutes.
        #[arg(long)]
        long: bool,
        /// Only what has this in its title, e.g. `sign in`.
        #[arg(long, default_value = "")]
        only: String,
    },
    /// Run the fuzz targets for a while, each from its committed corpus.
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Bundle the browser app into web/dist.
    BuildWeb,
    /// Install what is missing, and nothing else.
    Setup {
        #[arg(value_enum, default_value_t = For::Run)]
        goal: For,
    },
    /// Write nginx.conf for this machine into a folder: the app and the API behind one port.
    NginxConf {
        /// Address and port to listen on.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// Where the API is, with its address as a number.
        #[arg(long, default_value = "http://127.0.0.1:3001")]
        api: String,
        /// The folder to write to, which nginx then also uses while it runs.
        run_dir: PathBuf,
    },
}

/// What is measured, where it is not speed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Subject {
    Quality,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum For {
    Check,
    Web,
    Models,
    Run,
    Test,
}

fn main() -> ExitCode {
    match Workspace::find().and_then(|workspace| run(&workspace, Arguments::parse().verb)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::let_interrupt_finish();
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(workspace: &Workspace, verb: Verb) -> Result<()> {
    process::clean_up_on_interrupt()?;
    let profile = |release| if release { Profile::Release } else { Profile::Dev };
    match verb {
        Verb::Demo { audio, release } => demo::demo(workspace, audio, profile(release)),
        Verb::Up { dev, release } => up::up(workspace, profile(release), dev),
        Verb::Test => test::test(workspace),
        Verb::Check => check::check(workspace),
        Verb::Bench { subject: Some(Subject::Quality), .. } => bench::quality(workspace),
        Verb::Bench { subject: None, long, only } => bench::bench(workspace, long, &only),
        Verb::Fuzz { seconds } => fuzz::fuzz(workspace, seconds),
        Verb::BuildWeb => web::build(workspace),
        Verb::Setup { goal } => match goal {
            For::Check => setup::set_up(workspace, Goal::Check),
            For::Web => setup::set_up(workspace, Goal::Web),
            For::Models => setup::set_up_models(workspace),
            For::Run => setup::set_up(workspace, Goal::Run),
            For::Test => setup::set_up(workspace, Goal::Test),
        },
        Verb::NginxConf { listen, api, run_dir } => {
            std::fs::create_dir_all(&run_dir)?;
            let run_dir = run_dir.canonicalize()?;
            let settings = checks::nginx::Settings {
                listen: &listen,
                api: &api,
                web_root: &web::dist(workspace),
                run_dir: &run_dir,
            };
            println!("{}", checks::nginx::write(workspace, &settings)?.display());
            Ok(())
        }
    }
}
