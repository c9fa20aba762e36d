//! The key ring of a self-hosted installation: a file that only its owner may read.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use zeroize::Zeroizing;

use crate::{KeyRing, ParseKeysError, random_token};

/// Why a key file was not used.
#[derive(Debug, thiserror::Error)]
pub enum LoadKeysError {
    /// The file, or its folder, could not be read or written.
    #[error("the key file cannot be read or created")]
    Io(#[from] io::Error),
    /// Others may read or write the file. Its mode must be 0600 or narrower.
    #[error("the key file has mode {mode:04o}, others can reach it: set it to 0600")]
    FileTooOpen {
        /// The permission bits found.
        mode: u32,
    },
    /// Others may replace files in the folder. Its mode must be 0755 or narrower, best 0700.
    #[error("the key file's folder has mode {mode:04o}, others can write to it: set it to 0700")]
    FolderTooOpen {
        /// The permission bits found.
        mode: u32,
    },
    /// The file's text is not a key ring.
    #[error("the key file is damaged: {0}")]
    Parse(#[from] ParseKeysError),
}

impl KeyRing {
    /// Reads the ring from `path`. If there is no such file, makes one with a new random key:
    /// written and flushed beside it, mode 0600, then linked into place, so that of several
    /// processes starting at once one wins and the others read what it wrote. A missing folder is
    /// created with mode 0700.
    ///
    /// The text is that of [`KeyRing::parse`]. Whoever loses this file loses the data.
    pub fn load_or_create(path: &Path) -> Result<Self, LoadKeysError> {
        if let Some(ring) = find(path)? {
            return Ok(ring);
        }
        create(path)?;
        find(path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound).into())
    }
}

fn find(path: &Path) -> Result<Option<KeyRing>, LoadKeysError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    refuse_wide_modes(&file, path)?;
    let text = Zeroizing::new(io::read_to_string(file)?);
    Ok(Some(KeyRing::parse(&text)?))
}

fn create(path: &Path) -> Result<(), LoadKeysError> {
    let folder = folder_of(path);
    private_folder(folder)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", random_token()));
    let draft = folder.join(name);
    let written = write_private(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        // Another process was first, and its ring is as good as ours.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&draft)?;
    written?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn write_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(KeyRing::new_as_text().as_bytes())?;
    file.sync_all()
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn refuse_wide_modes(file: &fs::File, path: &Path) -> Result<(), LoadKeysError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(LoadKeysError::FileTooOpen { mode });
    }
    let mode = fs::metadata(folder_of(path))?.permissions().mode() & 0o7777;
    // In a sticky folder others cannot replace a file that is not theirs.
    if mode & 0o022 != 0 && mode & 0o1000 == 0 {
        return Err(LoadKeysError::FolderTooOpen { mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_wide_modes(_: &fs::File, _: &Path) -> Result<(), LoadKeysError> {
    Ok(())
}
