//! Model files: where they lie and how their hash is known without reading them again.

use std::path::{Path, PathBuf};

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file is not there.
    #[error("the model file {} is missing; run `cargo xtask setup`, or put a published file there", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there but is not such a model.
    #[error("the model file {} is damaged or of another kind; delete it and run `cargo xtask setup`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

impl ModelError {
    pub(crate) fn missing(path: &Path) -> Self {
        Self::Missing { path: path.to_owned() }
    }

    pub(crate) fn damaged(path: &Path) -> Self {
        Self::Damaged { path: path.to_owned() }
    }
}

/// File name and hash of a model for its description. The hash is the one noted beside the file when it was
/// verified (`FILE.verified`: hash, size, time), so that nothing large is read at start.
pub(crate) fn describe(path: &Path) -> String {
    let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut note = path.as_os_str().to_owned();
    note.push(".verified");
    let hash = std::fs::read_to_string(note).ok().and_then(|note| {
        let hash = note.split_whitespace().next()?;
        (hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| hash.to_owned())
    });
    match hash {
        Some(hash) => format!("{file} sha256:{hash}"),
        None => format!("{file} (hash not verified)"),
    }
}
