//! `cargo xtask up`: sets up, builds, starts MindScribe and leaves it running.

use crate::{
    process::{Service, expect_interrupt, run},
    server::{Options, Profile, Server, Settings, build},
    setup::{Goal, set_up},
    web,
    workspace::Workspace,
};
use anyhow::{Context, Result};
use std::{env, path::PathBuf, thread, time::Duration};

/// Where Trunk serves the app to a developer, see `web/Trunk.toml`.
const DEV_ADDRESS: &str = "http://localhost:8081";

/// Where the API listens when `PORT` is not set.
const DEFAULT_PORT: u16 = 3001;

/// Sets up, builds, and starts the app; with `dev` also Trunk, which rebuilds the browser app at
/// every save and passes `/api` on.
pub fn up(workspace: &Workspace, profile: Profile, dev: bool) -> Result<()> {
    set_up(workspace, Goal::Run)?;
    if dev {
        web::fetch(workspace)?;
    } else {
        web::build(workspace)?;
    }
    let program = build(workspace, profile)?;
    // Browsers come from where Trunk serves the app.
    let environment: &[_] = if dev { &[("BASE_URL", DEV_ADDRESS)] } else { &[] };
    let options =
        Options { arguments: &["serve", "--with-worker"], environment, settings: Settings::OfTheShell };
    let server = Server::start(workspace, &program, &data_folder(workspace), port()?, &options)?;
    if !dev {
        println!("\nMindScribe is running at {}", server.address);
        return leave_running(server, None);
    }
    let mut trunk = web::trunk(workspace, "serve");
    // A folder of its own: `web/dist` is the release bundle that the server serves.
    trunk.arg("--offline").arg("--dist").arg(workspace.target().join("xtask/web-dev"));
    // Named here and not in `web/Trunk.toml`: Trunk would take both, and two for one path are an error.
    trunk.arg(format!("--proxy-backend=http://127.0.0.1:{}/api", port()?));
    let trunk = Service::start("Trunk", &mut trunk, None)?;
    println!(
        "\nMindScribe is built for {DEV_ADDRESS}, which reloads when web/ changes; the API is at {}",
        server.address
    );
    leave_running(server, Some(trunk))
}

/// The folder that the app keeps everything in.
fn data_folder(workspace: &Workspace) -> PathBuf {
    env::var_os("DATA_DIR").map_or_else(|| workspace.root.join("data"), PathBuf::from)
}

/// `PORT`, or 3001.
pub fn port() -> Result<u16> {
    env::var("PORT").map_or(Ok(DEFAULT_PORT), |text| text.parse().context("PORT is not a port number"))
}

/// Opens the browser where there is a desktop, and waits for Ctrl-C or for the app's own end.
pub fn leave_running(mut server: Server, mut trunk: Option<Service>) -> Result<()> {
    expect_interrupt();
    println!("Its log is {}. Ctrl-C ends it.", server.log().display());
    open_browser(if trunk.is_some() { DEV_ADDRESS } else { &server.address });
    loop {
        server.check_alive()?;
        if let Some(status) = trunk.as_mut().map(Service::ended).transpose()?.flatten() {
            anyhow::bail!("Trunk ended ({status})");
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn open_browser(address: &str) {
    let has_desktop = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    if env::var_os("CI").is_some() || !(has_desktop || cfg!(target_os = "macos")) {
        return;
    }
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    // Without one, the printed address does.
    let _ = run(std::process::Command::new(opener).arg(address));
}
