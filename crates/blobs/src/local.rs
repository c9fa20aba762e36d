//! Blobs in a local folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use object_store::local::LocalFileSystem;

use crate::{BlobError, BlobStore};

/// 1 MiB: measured to be as fast as larger parts.
pub(crate) const PART_LEN: usize = 1 << 20;
pub(crate) const WINDOW_LEN: usize = 1 << 20;

impl BlobStore {
    /// Keeps blobs in `folder`, which is created with mode 0700 if it is missing. A finished blob
    /// has been flushed to the disk, and so have the folders that lead to it.
    pub fn local(folder: &Path) -> Result<Self, BlobError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self {
            objects: Arc::new(objects),
            part_len: PART_LEN,
            window_len: WINDOW_LEN,
            folder: Some(folder.into()),
        })
    }

    /// Lets the system forget the pages of a finished blob. A recording is not read again soon, and
    /// memory that was just given back is written several times faster than memory that never was in
    /// use: without this, two thirds of the CPU time of an upload went into it.
    pub(crate) fn let_pages_go(&self, location: &object_store::path::Path) {
        let Some(folder) = &self.folder else { return };
        let file = folder.join(location.as_ref());
        // Only advice: where it cannot be given, nothing is lost.
        drop(tokio::task::spawn_blocking(move || advise(&file)));
    }

    /// Removes what writers left behind that were killed before they could clean up, if it was
    /// last written before `before`; says how many. In S3 a lifecycle rule of the bucket
    /// (`AbortIncompleteMultipartUpload`) does the same.
    pub async fn remove_unfinished(&self, before: SystemTime) -> Result<u64, BlobError> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let task = tokio::task::spawn_blocking(move || remove_unfinished(&folder, before));
        Ok(task.await.map_err(io::Error::from)??)
    }
}

/// The store writes `name#1` and renames it to `name` at the end.
fn remove_unfinished(folder: &Path, before: SystemTime) -> io::Result<u64> {
    let mut removed = 0;
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if entry.file_name().to_string_lossy().contains('#')
                && entry.metadata()?.modified()? < before
            {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

#[cfg(target_os = "linux")]
fn advise(file: &Path) -> io::Result<()> {
    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    // The pages are clean, because the blob was flushed to the disk before it became visible.
    Ok(posix_fadvise(fs::File::open(file)?, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?)
}

#[cfg(not(target_os = "linux"))]
fn advise(_: &Path) -> io::Result<()> {
    Ok(())
}
