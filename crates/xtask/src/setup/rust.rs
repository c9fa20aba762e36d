//! What is built or brought by cargo and rustup: the WebAssembly target, Trunk, wasm-bindgen.

use crate::{
    process::{capture, watch},
    workspace::{Workspace, digest},
};
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// The target of the browser app.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Trunk 0.22 needs a newer Rust than the pinned one.
const TRUNK: &str = "0.21.14";
pub const TRUNK_TITLE: &str = "Trunk 0.21.14";
/// Must name the version of the wasm-bindgen crate in Cargo.lock; a test compares them.
pub const WASM_BINDGEN_TITLE: &str = "wasm-bindgen 0.2.130";
/// What that command is built from.
const SHIM: &str = "tools/wasm-bindgen-shim";

pub fn has_wasm_target(workspace: &Workspace) -> bool {
    let mut rustc = workspace.command("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    capture(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

pub fn install_wasm_target(workspace: &Workspace) -> Result<()> {
    let mut rustup = workspace.command("rustup");
    rustup.args(["target", "add", WASM_TARGET]);
    let log = workspace.log("wasm-target")?;
    watch("WebAssembly target", &mut rustup, &log).with_context(|| {
        format!("without rustup, install the Rust standard library for {WASM_TARGET} by hand")
    })
}

pub fn has_trunk(workspace: &Workspace) -> bool {
    workspace.tools.join("trunk/bin/trunk").is_file() && workspace.stamp("trunk").as_deref() == Some(TRUNK)
}

/// Trunk's own release profile (fat LTO, one unit) takes most of an hour on two cores; the debug
/// build takes minutes and bundles as fast, since cargo and wasm-opt do the work.
pub fn install_trunk(workspace: &Workspace) -> Result<()> {
    let build = workspace.tools.join("build/trunk");
    let root = workspace.tools.join("trunk");
    let mut cargo = workspace.cargo(&["install", "--debug", "--locked", "--force", "--no-default-features"]);
    cargo.args(["--features", "rustls", &format!("trunk@{TRUNK}"), "--root"]).arg(&root);
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_TARGET_DIR", &build);
    watch(TRUNK_TITLE, &mut cargo, &workspace.log("trunk")?)?;
    fs::remove_dir_all(&build)?;
    workspace.write_stamp("trunk", TRUNK)
}

pub fn has_wasm_bindgen(workspace: &Workspace) -> bool {
    workspace.tools.join("bin/wasm-bindgen").is_file()
        && shim(workspace).is_ok_and(|shim| workspace.stamp("wasm-bindgen") == Some(shim))
}

/// What the command is built from.
fn shim(workspace: &Workspace) -> Result<String> {
    digest(&workspace.root, &[SHIM])
}

/// The real command takes three times as long to build and its published lock file does not always
/// resolve; `tools/wasm-bindgen-shim` is the same library behind the options that Trunk uses.
pub fn install_wasm_bindgen(workspace: &Workspace) -> Result<()> {
    let build = workspace.tools.join("build/wasm-bindgen");
    let source = workspace.root.join(SHIM);
    let mut cargo = workspace.cargo(&["install", "--debug", "--locked", "--force", "--path"]);
    cargo.arg(source).arg("--root").arg(&workspace.tools).env("CARGO_TARGET_DIR", &build);
    watch(WASM_BINDGEN_TITLE, &mut cargo, &workspace.log("wasm-bindgen")?)?;
    fs::remove_dir_all(&build)?;
    workspace.write_stamp("wasm-bindgen", &shim(workspace)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wasm_bindgen_command_is_as_old_as_the_crate_in_the_lock_file() {
        let workspace = Workspace::find().unwrap();
        let lock: toml::Table =
            fs::read_to_string(workspace.root.join("Cargo.lock")).unwrap().parse().unwrap();
        let versions: Vec<&str> = lock["package"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|package| package["name"].as_str() == Some("wasm-bindgen"))
            .filter_map(|package| package["version"].as_str())
            .collect();
        let [version] = versions[..] else { panic!("one version: {versions:?}") };
        assert_eq!(WASM_BINDGEN_TITLE, format!("wasm-bindgen {version}"));
        for file in ["web/Trunk.toml", "tools/wasm-bindgen-shim/Cargo.toml"] {
            let text = fs::read_to_string(workspace.root.join(file)).unwrap();
            assert!(text.contains(version), "{file} names another version");
        }
    }
}
