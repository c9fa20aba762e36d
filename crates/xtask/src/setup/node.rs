//! Packages from the npm registry, exactly as a `package-lock.json` of this checkout says.

use super::system;
use crate::{
    process::watch,
    workspace::{Workspace, digest},
};
use anyhow::{Result, bail};
use std::fs;

/// Where the digest of the lock file that is installed is noted.
const STAMP: &str = "node_modules/.mindscribe-lock";

/// Whether `folder` (as seen from the root) has the packages of its lock file, or has none.
pub fn is_ready(workspace: &Workspace, folder: &str) -> bool {
    let lock = format!("{folder}/package-lock.json");
    if !workspace.root.join(&lock).is_file() {
        return true;
    }
    let installed = fs::read_to_string(workspace.root.join(folder).join(STAMP)).ok();
    installed.is_some() && digest(&workspace.root, &[&lock]).ok() == installed
}

/// Installs them.
pub fn install(workspace: &Workspace, folder: &str) -> Result<()> {
    if workspace.find_program("npm").is_none() {
        system::install(workspace, "Node.js 18 or newer with npm", &["nodejs", "npm"], "brew install node")?;
    }
    if workspace.find_program("npm").is_none() {
        bail!("npm is not on the PATH");
    }
    let mut npm = workspace.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(workspace.root.join(folder));
    watch(&format!("npm packages of {folder}"), &mut npm, &workspace.log("npm")?)?;
    let lock = format!("{folder}/package-lock.json");
    fs::write(workspace.root.join(folder).join(STAMP), digest(&workspace.root, &[&lock])?)?;
    Ok(())
}
