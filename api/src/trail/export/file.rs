//! Checks an export that was saved: that it is whole and as the server gave it out, and where the server's own keys are
//! there, that each event is as it was recorded.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use access::is_own;
use anyhow::Context as _;
use audit::TrailKey;
use proof::Statement as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use shared::{
    PracticeId,
    audit::{ExportedEvent, TrailManifest},
};

/// What the last line of an NDJSON is.
#[derive(Deserialize)]
struct Signed {
    manifest: String,
}

/// Reads an export, whose signature has to be by this public key (a JWK), and says what it is.
///
/// # Errors
/// It cannot be read, it is not whole, or not what the holder of the key has given out.
pub fn check(path: &Path, public_key: &str) -> anyhow::Result<TrailManifest> {
    let (mut hash, mut lines, mut last) = (Sha256::new(), 0_u64, Vec::new());
    each_line(path, |line| {
        hash.update(&last);
        lines += u64::from(!last.is_empty());
        last = line.to_vec();
        Ok(())
    })?;
    let last = std::str::from_utf8(&last).context("the last line is no text")?.trim_end();
    let is_csv = last.starts_with("\"manifest\",");
    let signed = if is_csv {
        last.rsplit('"').nth(1).unwrap_or_default().to_owned()
    } else {
        serde_json::from_str::<Signed>(last)
            .context("the last line is no signature: it was cut off")?
            .manifest
    };
    let manifest: TrailManifest = TrailManifest::read(public_key, &signed)?;
    anyhow::ensure!(
        hex::encode(hash.finalize()) == manifest.sha256,
        "the file is not as it was given out: its SHA-256 is another"
    );
    let events = lines - u64::from(is_csv);
    anyhow::ensure!(events == manifest.events, "{events} events are in it, and not {}", manifest.events);
    Ok(manifest)
}

/// How many events of an NDJSON that was [checked](check) do not carry the server's own code.
///
/// # Errors
/// It cannot be read.
pub fn count_without_own_code(
    path: &Path,
    key_of: impl Fn(PracticeId) -> TrailKey,
    of: PracticeId,
) -> anyhow::Result<u64> {
    let (key, mut found) = (key_of(of), 0);
    each_line(path, |line| {
        if let Ok(exported) = serde_json::from_slice::<ExportedEvent>(line) {
            found += u64::from(!is_own(&key, &exported));
        }
        Ok(())
    })?;
    Ok(found)
}

fn each_line(path: &Path, mut each: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let (mut reader, mut line) = (BufReader::new(file), Vec::new());
    while reader.read_until(b'\n', &mut line)? > 0 {
        each(&line)?;
        line.clear();
    }
    Ok(())
}
