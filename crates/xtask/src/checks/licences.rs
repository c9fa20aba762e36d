//! Compares every crate with `deny.toml`, by cargo-deny: its licence, its source, whether it is banned.

use crate::{process::run, workspace::Workspace};
use anyhow::{Context, Result};

/// Each has a lock file of its own.
const MANIFESTS: &[&str] = &["Cargo.toml", "fuzz/Cargo.toml", "tools/wasm-bindgen-shim/Cargo.toml"];

/// Fails with what cargo-deny says. Advisories are left out: they change without us, and their
/// database has to be fetched.
pub fn check(workspace: &Workspace) -> Result<()> {
    for manifest in MANIFESTS {
        println!("{manifest}:");
        let mut deny = workspace.cargo(&["deny", "--locked", "--manifest-path", manifest, "--config"]);
        deny.arg(workspace.root.join("deny.toml")).args(["check", "--hide-inclusion-graph"]);
        // One list for all of them: none has every licence. Where a manifest names none, its text is judged.
        for lint in ["license-not-encountered", "license-exception-not-encountered", "no-license-field"] {
            deny.args(["--allow", lint]);
        }
        run(deny.args(["licenses", "bans", "sources"])).with_context(|| format!("a crate of {manifest}"))?;
    }
    Ok(())
}
