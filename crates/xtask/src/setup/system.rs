//! Programs that come with the operating system: found where they usually are, installed by apt
//! where that is possible, and otherwise asked for with the exact command.

use crate::{
    process::{capture, watch},
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The oldest PostgreSQL that the migrations are written for.
const OLDEST_POSTGRES: u32 = 15;

/// Installs Debian packages, or says what to run: `what` is missing, `on_mac` brings it there.
pub fn install(workspace: &Workspace, what: &str, packages: &[&str], on_mac: &str) -> Result<()> {
    let by_hand = format!(
        "{what} is missing. Please run this, then try again:\n  sudo apt-get install --no-install-recommends {}\nor on macOS:\n  {on_mac}",
        packages.join(" ")
    );
    let may_install =
        nix::unistd::geteuid().is_root() || capture(workspace.command("sudo").args(["-n", "true"])).is_ok();
    if workspace.find_program("apt-get").is_none() || !may_install {
        bail!(by_hand);
    }
    let log = workspace.log("apt")?;
    let apt = |arguments: &[&str]| {
        let mut command = if nix::unistd::geteuid().is_root() {
            workspace.command("apt-get")
        } else {
            let mut command = workspace.command("sudo");
            command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        };
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=900", "-y"]);
        command.args(arguments);
        watch(&format!("apt-get {}", arguments[0]), &mut command, &log)
    };
    let mut arguments = vec!["install", "--no-install-recommends"];
    arguments.extend(packages);
    // The lists of a new machine are empty or old; those of a machine in use need no renewal.
    apt(&arguments).or_else(|_| apt(&["update"]).and_then(|()| apt(&arguments))).context(by_hand)
}

/// The newest installed PostgreSQL's folder of programs. Debian keeps them off the `PATH`.
pub fn postgres_bin(workspace: &Workspace) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.extend(workspace.find_program("initdb").and_then(|it| it.parent().map(Path::to_path_buf)));
    let version = |folder: &PathBuf| -> Option<u32> {
        let said = capture(workspace.command(folder.join("postgres")).arg("--version")).ok()?;
        said.split_whitespace().find_map(|word| word.split('.').next()?.parse().ok())
    };
    folders
        .into_iter()
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .filter_map(|folder| Some((version(&folder)?, folder)))
        .filter(|(version, _)| *version >= OLDEST_POSTGRES)
        .max()
        .map(|(_, folder)| folder)
}

/// The Redis program, or that of its free successor.
pub fn redis(workspace: &Workspace) -> Option<PathBuf> {
    ["redis-server", "valkey-server"].iter().find_map(|name| workspace.find_program(name))
}

/// The nginx program.
pub fn nginx(workspace: &Workspace) -> Option<PathBuf> {
    workspace.find_program("nginx")
}

/// The module by which nginx serves files that were compressed with brotli beforehand.
pub fn nginx_module() -> Option<PathBuf> {
    ["/usr/lib/nginx/modules", "/usr/share/nginx/modules"]
        .iter()
        .map(|folder| Path::new(folder).join("ngx_http_brotli_static_module.so"))
        .find(|it| it.is_file())
}

/// A Chromium or Chrome.
pub fn chromium(workspace: &Workspace) -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .iter()
        .find_map(|name| workspace.find_program(name))
        .or_else(|| {
            [
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ]
            .map(PathBuf::from)
            .into_iter()
            .find(|it| it.is_file())
        })
}
