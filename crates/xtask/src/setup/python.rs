//! A Python environment in the folder of tools, for what is published as Python packages: cmake,
//! the weights of the speech models, the S3 server of the tests.

use super::system;
use crate::{
    process::{capture, watch},
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

/// The environment's interpreter, made first if it is not there.
fn environment(workspace: &Workspace) -> Result<std::path::PathBuf> {
    let folder = workspace.tools.join("py");
    let python = folder.join("bin/python");
    if python.is_file() && folder.join("bin/pip").is_file() {
        return Ok(python);
    }
    let packages = ["python3", "python3-venv", "python3-pip"];
    if workspace.find_program("python3").is_none() {
        system::install(workspace, "Python 3.9 or newer", &packages, "brew install python")?;
    }
    let create = || capture(workspace.command("python3").args(["-m", "venv"]).arg(&folder));
    if create().is_err() {
        // Debian splits `venv` off into a package of its own.
        system::install(workspace, "Python's venv module", &packages, "brew install python")?;
        create()?;
    }
    Ok(python)
}

/// Installs packages, each named with its exact version.
pub fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    let mut pip = workspace.command(environment(workspace)?);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]).args(packages);
    watch(&packages.join(" "), &mut pip, &workspace.log("pip")?)
}

/// Downloads wheels, without what they depend on, into `folder`.
pub fn download(workspace: &Workspace, packages: &[String], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut pip = workspace.command(environment(workspace)?);
    pip.args(["-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-deps", "--dest"]);
    pip.arg(folder).args(packages);
    if let Err(error) = watch(&packages.join(" "), &mut pip, &workspace.log("pip")?) {
        bail!("{error}");
    }
    fs::read_dir(folder).context("nothing was downloaded")?;
    Ok(())
}
