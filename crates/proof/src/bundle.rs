//! Reads a bundle, and names what in it is not as it was given out.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, BufRead as _, BufReader, Read, Seek},
};

use sha2::{Digest as _, Sha256};
use shared::reports::ReportManifest;
use zip::{ZipArchive, result::ZipError};

use crate::{NotGenuine, Statement as _, Tree};

/// The file with the signed list of the others.
pub const MANIFEST: &str = "manifest.jws";
/// The file with a line for each AI call.
pub const CALLS: &str = "calls.ndjson";
/// The most bytes of a manifest: a bundle lists a handful of files.
const MOST_MANIFEST: u64 = 1 << 20;

/// Why a bundle says nothing at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It cannot be read, or is no ZIP archive: it was cut off or is damaged.
    #[error("the bundle cannot be opened: {0}")]
    Unreadable(#[from] ZipError),
    /// It cannot be read.
    #[error("the bundle cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is no signed list in it.
    #[error("there is no {MANIFEST} in it")]
    NoManifest,
    /// The list is not signed by this key.
    #[error("{MANIFEST}: {0}")]
    NotGenuine(#[from] NotGenuine),
}

/// Something in a bundle that is not as it was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A file is listed and not there.
    Missing(String),
    /// A file is there and not listed.
    Added(String),
    /// A file has other bytes.
    Altered(String),
    /// The calls in it are not those that the list counts and binds.
    CallsDiffer,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Added(name) => write!(f, "{name} was added"),
            Self::Altered(name) => write!(f, "{name} was altered"),
            Self::CallsDiffer => write!(f, "{CALLS} does not hold the calls that were signed"),
        }
    }
}

/// Checks a bundle by the server's public key (a JWK): what was signed, and everything that is not so. Reads every file once,
/// and holds none.
///
/// # Errors
/// [`CheckError`]: then nothing in it is known to be genuine.
pub fn check<R: Read + Seek>(
    bundle: R,
    public_key: &str,
) -> Result<(ReportManifest, Vec<Finding>), CheckError> {
    let mut archive = ZipArchive::new(bundle)?;
    let mut signed = String::new();
    match archive.by_name(MANIFEST) {
        Ok(file) => file.take(MOST_MANIFEST).read_to_string(&mut signed)?,
        Err(ZipError::FileNotFound) => return Err(CheckError::NoManifest),
        Err(error) => return Err(error.into()),
    };
    let manifest = ReportManifest::read(public_key, signed.trim())?;
    let mut listed: BTreeMap<_, _> = manifest.files.iter().map(|file| (file.name.as_str(), file)).collect();
    let (mut findings, mut manifests) = (Vec::new(), 0);
    for at in 0..archive.len() {
        let file = archive.by_index(at)?;
        let name = file.name()?.into_owned();
        if name == MANIFEST && manifests == 0 {
            manifests += 1;
            continue;
        }
        let Some(wanted) = listed.remove(name.as_str()) else {
            findings.push(Finding::Added(name));
            continue;
        };
        let mut tree = (name == CALLS).then(Tree::default);
        // What does not unpack, or not to what its own sum says, is not what was packed.
        let same = read(file, &mut tree)
            .is_ok_and(|(bytes, hash)| bytes == wanted.bytes && hex::encode(hash) == wanted.sha256);
        if !same {
            findings.push(Finding::Altered(name));
        }
        let calls = tree.map(|tree| (tree.items(), hex::encode(tree.root())));
        if calls.is_some_and(|(items, root)| items != manifest.calls || root != manifest.calls_root) {
            findings.push(Finding::CallsDiffer);
        }
    }
    findings.extend(listed.into_keys().map(|name| Finding::Missing(name.to_owned())));
    Ok((manifest, findings))
}

/// The length and the hash of a file; each of its lines goes into the tree.
fn read(file: impl Read, tree: &mut Option<Tree>) -> io::Result<(u64, [u8; 32])> {
    let (mut reader, mut hash, mut bytes) = (BufReader::with_capacity(1 << 16, file), Sha256::new(), 0);
    let mut line = Vec::new();
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let taken = chunk.len();
        hash.update(chunk);
        if let Some(tree) = tree {
            for part in chunk.split_inclusive(|byte| *byte == b'\n') {
                line.extend_from_slice(part);
                if line.last() == Some(&b'\n') {
                    tree.add(line.strip_suffix(b"\n").unwrap_or(&line));
                    line.clear();
                }
            }
        }
        bytes += taken as u64;
        reader.consume(taken);
    }
    if let Some(tree) = tree.as_mut().filter(|_| !line.is_empty()) {
        tree.add(&line);
    }
    Ok((bytes, hash.finalize().into()))
}
