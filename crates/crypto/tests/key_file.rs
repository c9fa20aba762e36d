//! The key file of a self-hosted installation.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, os::unix::fs::PermissionsExt, thread};

use crypto::{KeyRing, LoadKeysError};
use uuid::Uuid;

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_key_file_is_created_once_and_privately() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/keys");
    let (_, wrapped) = KeyRing::load_or_create(&path).unwrap().new_data_key(Uuid::nil(), 1);
    KeyRing::load_or_create(&path).unwrap().open_data_key(Uuid::nil(), &wrapped).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn processes_that_start_together_agree_on_one_ring() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let start = || {
        thread::spawn({
            let path = path.clone();
            move || KeyRing::load_or_create(&path).unwrap()
        })
    };
    let rings: Vec<_> =
        (0..8).map(|_| start()).collect::<Vec<_>>().into_iter().map(|t| t.join().unwrap()).collect();
    let (_, wrapped) = rings[0].new_data_key(Uuid::nil(), 1);
    assert!(rings.iter().all(|ring| ring.open_data_key(Uuid::nil(), &wrapped).is_ok()));
}

#[test]
fn a_key_file_that_others_can_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    KeyRing::load_or_create(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(KeyRing::load_or_create(&path), Err(LoadKeysError::FileTooOpen { mode: 0o640 })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o770)).unwrap();
    assert!(matches!(KeyRing::load_or_create(&path), Err(LoadKeysError::FolderTooOpen { mode: 0o770 })));
}

#[test]
fn a_damaged_key_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    KeyRing::load_or_create(&path).unwrap();
    fs::write(&path, "k1:half").unwrap();
    assert!(matches!(KeyRing::load_or_create(&path), Err(LoadKeysError::Parse(_))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "k1:half");
}
