//! The list of a backup's objects: a line each, with what is needed to find and to recognise it.

use std::{collections::BTreeMap, io};

use blobs::{BlobAddress, BlobWriter, Stored};
use bytes::Bytes;
use crypto::DataKey;
use futures_util::{Stream, stream};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};

use super::{BackupError, Manifest, Shelf, manifest::OBJECTS, stream::reader};

/// An object as a backup names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    /// Where it is in the store of recordings.
    pub(super) path: String,
    /// Which of those that have stood there.
    pub(super) version: i64,
    /// Bytes.
    pub(super) length: u64,
    pub(super) sha256: [u8; 32],
}

impl Object {
    /// Where it is kept.
    pub(super) fn kept_at(&self) -> String {
        kept_at(&self.path, self.version)
    }

    fn line(&self) -> String {
        format!("{} {} {} {}\n", hex::encode(self.sha256), self.length, self.version, self.path)
    }

    /// What a line says; `None` if it is none.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut parts = line.splitn(4, ' ');
        let mut sha256 = [0; 32];
        hex::decode_to_slice(parts.next()?, &mut sha256).ok()?;
        let (length, version) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let path = parts.next().filter(|path| !path.is_empty())?.to_owned();
        Some(Self { path, version, length, sha256 })
    }
}

/// Where an object is kept: apart from what stood, or will stand, in the same place.
pub(super) fn kept_at(path: &str, version: i64) -> String {
    format!("objects/{path}/{version}")
}

/// Whether this is a part of a recording: those are below the id of their practice.
pub(super) fn is_recording(stored: &Stored) -> bool {
    stored.path.split('/').next().is_some_and(|first| first.parse::<uuid::Uuid>().is_ok())
}

fn address(manifest_id: uuid::Uuid) -> BlobAddress {
    BlobAddress { owner: manifest_id, object: manifest_id, part: OBJECTS }
}

/// Writes the list.
pub(super) struct ListWriter(BlobWriter);

impl ListWriter {
    pub(super) fn begin(shelf: &Shelf, key: &DataKey) -> Result<Self, BackupError> {
        Ok(Self(shelf.store.create(key, address(key.owner()))?))
    }

    pub(super) async fn add(&mut self, object: &Object) -> Result<(), BackupError> {
        Ok(self.0.write(Bytes::from(object.line())).await?)
    }

    pub(super) async fn finish(self) -> Result<(), BackupError> {
        Ok(self.0.finish().await.map(drop)?)
    }
}

/// Reads the list, line by line.
pub(super) struct ListReader<R>(Lines<BufReader<R>>, String);

/// Begins to read the list of a backup.
pub(super) async fn read(
    shelf: &Shelf,
    manifest: &Manifest,
    key: &DataKey,
) -> Result<ListReader<impl tokio::io::AsyncRead + Unpin + Send + use<>>, BackupError> {
    let blob = shelf.store.open(key, address(manifest.id)).await?;
    Ok(ListReader(BufReader::new(reader(blob)).lines(), manifest.name()))
}

impl<R: tokio::io::AsyncRead + Unpin> ListReader<R> {
    pub(super) async fn next(&mut self) -> Result<Option<Object>, BackupError> {
        let line = match self.0.next_line().await {
            Ok(line) => line,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(BackupError::Tampered(self.1.clone()));
            }
            Err(error) => return Err(error.into()),
        };
        line.map(|line| Object::parse(&line).ok_or_else(|| BackupError::Tampered(self.1.clone()))).transpose()
    }
}

impl<R: tokio::io::AsyncRead + Unpin + Send> ListReader<R> {
    /// All that is left of it.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Object, BackupError>> + Send {
        stream::try_unfold(self, async |mut list| Ok(list.next().await?.map(|object| (object, list))))
    }
}

/// What the newest backup names: that needs no copying. About 200 bytes each.
pub(super) async fn known(shelf: &Shelf) -> Result<BTreeMap<(String, i64), Object>, BackupError> {
    let (manifest, key) = match shelf.load(None).await {
        Ok(newest) => newest,
        // The first one, or one that cannot be trusted: everything is copied.
        Err(BackupError::NotFound | BackupError::Tampered(_)) => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let mut list = read(shelf, &manifest, &key).await?;
    let mut known = BTreeMap::new();
    while let Some(object) = list.next().await? {
        known.insert((object.path.clone(), object.version), object);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let object = Object { path: "a b/c".to_owned(), version: -1, length: 7, sha256: [9; 32] };
        assert_eq!(Object::parse(object.line().trim_end_matches('\n')), Some(object));
        for wrong in
            ["", "00 1 2 a", &format!("{} 1 2 ", "0".repeat(64)), &format!("{} x 2 a", "0".repeat(64))]
        {
            assert_eq!(Object::parse(wrong), None, "{wrong}");
        }
    }
}
