//! The cache rule: a model file counts as verified while the note beside it still describes it.
//!
//! Hashing 80 MB at every start would be felt, so a file that passed is noted beside itself with its hash,
//! size and time of change. A changed file no longer fits its note and is hashed again.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// SHA-256 of a file, in lower-case hexadecimal, read in pieces.
pub(crate) fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(&piece[..read]);
    }
}

/// Whether the file is there and has this hash; hashes it only when its note does not vouch for it.
pub(crate) fn holds(path: &Path, sha256: &str) -> io::Result<bool> {
    if !path.is_file() {
        return Ok(false);
    }
    let note = note_for(path, sha256)?;
    if fs::read_to_string(note_path(path)).is_ok_and(|found| found == note) {
        return Ok(true);
    }
    if hash_of(path)? != sha256 {
        return Ok(false);
    }
    write_atomically(&note_path(path), note.as_bytes())?;
    Ok(true)
}

/// Puts the bytes in place in one step, so that a half-written file never bears the name.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = with_suffix(path, &format!(".{}.part", std::process::id()));
    let result = File::create(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    if result.is_err() {
        let _ = fs::remove_file(&part);
    }
    result
}

fn note_for(path: &Path, sha256: &str) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(format!("{sha256} {} {changed}\n", metadata.len()))
}

fn note_path(path: &Path) -> PathBuf {
    with_suffix(path, ".verified")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_file_with_the_hash_is_held_and_noted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.bin");
        write_atomically(&path, b"abc").expect("written");
        assert!(holds(&path, ABC).expect("readable"));
        assert!(folder.path().join("model.bin.verified").is_file());
        assert!(holds(&path, ABC).expect("readable"));
    }

    #[test]
    fn a_file_changed_after_its_verification_is_not_held() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.bin");
        write_atomically(&path, b"abc").expect("written");
        assert!(holds(&path, ABC).expect("readable"));
        fs::write(&path, b"abd").expect("written");
        let later = fs::metadata(&path).expect("there").modified().expect("a time")
            + std::time::Duration::from_secs(1);
        File::options().write(true).open(&path).expect("open").set_modified(later).expect("set");
        assert!(!holds(&path, ABC).expect("readable"));
    }

    #[test]
    fn an_absent_file_is_not_held() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(!holds(&folder.path().join("absent"), ABC).expect("no error"));
    }
}
