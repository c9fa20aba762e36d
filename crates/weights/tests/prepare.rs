//! What a caller may rely on: hashes are checked before anything is used or put in place.

use std::fs;

use weights::catalogue::{MODELS, PUBLISHED, VOICE_VECTORS};
use weights::{PrepareError, adopt, prepare};

#[test]
fn a_missing_wheel_is_named_with_the_command_that_fetches_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = prepare(&VOICE_VECTORS, folder.path(), folder.path()).expect_err("no wheel");
    assert!(error.to_string().contains("pip download --no-deps resemblyzer==0.1.4"), "{error}");
}

#[test]
fn a_wheel_with_another_hash_is_refused_and_nothing_is_written() {
    let (wheels, models) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    fs::write(wheels.path().join(VOICE_VECTORS.wheels[0].file), b"something else").expect("written");
    let error = prepare(&VOICE_VECTORS, wheels.path(), models.path()).expect_err("another file");
    assert!(matches!(error, PrepareError::Wheel(_)), "{error}");
    assert_eq!(fs::read_dir(models.path()).expect("a folder").count(), 0);
}

#[test]
fn a_download_with_another_hash_is_not_adopted() {
    let folder = tempfile::tempdir().expect("a folder");
    let download = folder.path().join("download");
    fs::write(&download, b"an error page").expect("written");
    let models = folder.path().join("models");
    let error = adopt(&PUBLISHED[0], &download, &models).expect_err("another file");
    assert!(matches!(error, PrepareError::OtherHash { .. }), "{error}");
    assert!(!models.exists());
}

#[test]
fn every_entry_of_the_catalogue_is_complete_and_unique() {
    let hashes = MODELS
        .iter()
        .flat_map(|model| model.wheels.iter().map(|wheel| wheel.sha256).chain([model.sha256]))
        .chain(PUBLISHED.iter().map(|published| published.sha256));
    let mut seen = std::collections::HashSet::new();
    for hash in hashes {
        assert!(hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
        assert!(seen.insert(hash), "{hash} appears twice");
    }
    assert!(MODELS.iter().all(|model| model.bytes > 0 && !model.licence.is_empty()));
}

/// Set `MINDSCRIBE_WHEELS` to a folder with the wheels of the catalogue to run the conversion itself.
#[test]
fn the_wheels_of_the_catalogue_convert_to_the_pinned_bytes() {
    let Some(wheels) = std::env::var_os("MINDSCRIBE_WHEELS") else {
        println!("skipped: MINDSCRIBE_WHEELS does not name a folder with the wheels");
        return;
    };
    let models = tempfile::tempdir().expect("a folder");
    for model in MODELS {
        let path = prepare(model, wheels.as_ref(), models.path()).expect("converts");
        assert_eq!(fs::metadata(path).expect("there").len(), model.bytes);
        assert!(weights::is_ready(model, models.path()).expect("readable"));
    }
}
