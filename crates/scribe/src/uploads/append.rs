//! Takes the bytes of an upload, as they come, in constant memory.

use access::{AccessError, Actor, Granted, perm};
use audio::{AudioError, Format, recognise};
use audit::{Action, Event};
use blobs::{BlobAddress, BlobError, BlobWriter};
use bytes::{Bytes, BytesMut};
use crypto::DataKey;
use futures_util::{Stream, StreamExt};
use sha2::Digest as _;
use shared::UploadId;

use super::{
    BeginError, LoadError, Upload, begin::may_record, finish::finish, remove::give_up, store,
    store::StoredPart,
};
use crate::{Scribe, Sound, StoreError};

/// Most bytes of a part: what a client has to send again at most when the server is killed.
const PART: u64 = 16 * 1024 * 1024;
/// As many of the first bytes as it takes to recognise a file.
const HEAD: usize = 16 * 1024;

/// Why bytes were not taken. What was stored before stays, unless the file was refused.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// There is no upload to go on with.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Sound of this session may not be taken.
    #[error(transparent)]
    MayNot(#[from] BeginError),
    /// The upload continues at another place.
    #[error("the upload continues at another place")]
    Offset,
    /// More bytes than announced.
    #[error("more bytes than announced")]
    Length,
    /// The bytes do not have the checksum they came with; none of them were kept.
    #[error("the bytes arrived changed")]
    Checksum,
    /// It is not a sound file, or not one of this kind. The upload is given up.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// It is another kind of file than it says. The upload is given up.
    #[error("the file is of another kind than it says")]
    Mislabelled,
    /// The client went away; what it had sent is stored.
    #[error("the connection ended")]
    Interrupted,
    /// The database or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for AppendError {
    fn from(error: AccessError) -> Self {
        Self::Store(error.into())
    }
}

impl From<BlobError> for AppendError {
    fn from(error: BlobError) -> Self {
        Self::Store(error.into())
    }
}

/// What the bytes of one request must add up to (tus extension *checksum*).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, which tus asks every server to know: against accidents, not against an adversary.
    Sha1(Vec<u8>),
    /// SHA-256.
    Sha256(Vec<u8>),
}

/// Takes the bytes of one request. Returns how far the upload is; when that is all of it, it has become
/// a recording.
///
/// # Errors
/// [`AppendError`]
pub async fn append<E>(
    scribe: &Scribe,
    actor: Actor,
    granted: Granted<perm::WriteRecordings>,
    id: UploadId,
    offset: u64,
    checksum: Option<Checksum>,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Upload, AppendError> {
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let checked = async {
        let upload = super::load(&mut tx, granted, id).await?;
        may_record(&tx, upload.encounter_id).await?;
        Ok::<_, AppendError>(upload)
    }
    .await;
    tx.end().await?;
    let upload = checked?;
    if upload.complete || upload.received != offset {
        return Err(AppendError::Offset);
    }
    let key = scribe.database.key_of(actor.practice_id()).await?;
    let mut intake =
        Intake { scribe, actor, key, upload, writer: None, written: Vec::new(), checksum, hash: None };
    let result = intake.take(body).await;
    match result {
        Ok(()) => intake.end().await,
        Err(AppendError::Interrupted) => {
            // What was sent is kept, so that the client goes on from there.
            intake.close_part().await?;
            intake.list_parts().await?;
            Err(AppendError::Interrupted)
        }
        Err(refused @ (AppendError::Audio(_) | AppendError::Mislabelled)) => {
            give_up(intake.scribe, intake.actor.clone(), &intake.upload).await?;
            Err(refused)
        }
        Err(other) => {
            intake.drop_unlisted().await;
            Err(other)
        }
    }
}

/// One request's bytes on their way into parts.
struct Intake<'a> {
    scribe: &'a Scribe,
    actor: Actor,
    key: DataKey,
    upload: Upload,
    /// The part being written.
    writer: Option<(u32, BlobWriter, u64)>,
    /// Parts that are durable and not listed yet.
    written: Vec<StoredPart>,
    checksum: Option<Checksum>,
    hash: Option<Hash>,
}

enum Hash {
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
}

impl Intake<'_> {
    async fn take<E>(&mut self, body: impl Stream<Item = Result<Bytes, E>>) -> Result<(), AppendError> {
        self.hash = self.checksum.as_ref().map(|checksum| match checksum {
            Checksum::Sha1(_) => Hash::Sha1(sha1::Sha1::default()),
            Checksum::Sha256(_) => Hash::Sha256(sha2::Sha256::default()),
        });
        let mut body = std::pin::pin!(body);
        // Nothing of a file is stored before it is known to be sound.
        let mut head = BytesMut::new();
        let mut recognised = self.upload.received > 0;
        while let Some(bytes) = body.next().await {
            // A head too short to tell is not stored: the client sends it again.
            let Ok(mut bytes) = bytes else { return Err(AppendError::Interrupted) };
            if !recognised {
                head.extend_from_slice(&bytes);
                if head.len() < HEAD {
                    continue;
                }
                self.recognise(&head)?;
                recognised = true;
                bytes = head.split().freeze();
            }
            self.store(bytes).await?;
        }
        if !recognised && !head.is_empty() {
            // Of a file that goes on, a short piece says too little; the end will tell.
            if head.len() as u64 == self.upload.length {
                self.recognise(&head)?;
            }
            self.store(head.freeze()).await?;
        }
        Ok(())
    }

    fn recognise(&self, head: &[u8]) -> Result<Format, AppendError> {
        let format = recognise(head)?;
        if format.matches_media_type(&self.upload.media_type) {
            Ok(format)
        } else {
            Err(AppendError::Mislabelled)
        }
    }

    async fn store(&mut self, mut bytes: Bytes) -> Result<(), AppendError> {
        match &mut self.hash {
            Some(Hash::Sha1(hash)) => hash.update(&bytes),
            Some(Hash::Sha256(hash)) => hash.update(&bytes),
            None => {}
        }
        let open = self.writer.as_ref().map_or(0, |(_, _, length)| *length);
        let stored: u64 = self.written.iter().map(|part| part.length).sum();
        if self.upload.received + stored + open + bytes.len() as u64 > self.upload.length {
            return Err(AppendError::Length);
        }
        while !bytes.is_empty() {
            let (part, mut writer, length) = if let Some(open) = self.writer.take() {
                open
            } else {
                let part = self.new_part_number();
                (part, self.scribe.blobs.create(&self.key, self.address(part))?, 0)
            };
            let room = usize::try_from(PART - length).unwrap_or(usize::MAX);
            let now = bytes.split_to(room.min(bytes.len()));
            let length = length + now.len() as u64;
            writer.write(now).await?;
            self.writer = Some((part, writer, length));
            if length == PART {
                self.close_part().await?;
                // A request with a checksum counts as a whole or not at all.
                if self.checksum.is_none() {
                    self.list_parts().await?;
                }
            }
        }
        Ok(())
    }

    /// A number that no other request has: two that race must not write to one address.
    fn new_part_number(&self) -> u32 {
        let random = self.scribe.database.clock().new_id().as_u128();
        (random as u32) & 0x7fff_ffff
    }

    fn address(&self, part: u32) -> BlobAddress {
        BlobAddress { owner: self.actor.practice_id().0, object: self.upload.recording_id.0, part }
    }

    async fn close_part(&mut self) -> Result<(), AppendError> {
        if let Some((part, writer, length)) = self.writer.take() {
            writer.finish().await?;
            self.written.push(StoredPart { part, length });
        }
        Ok(())
    }

    /// Moves the offset behind what is durable.
    async fn list_parts(&mut self) -> Result<(), AppendError> {
        if self.written.is_empty() {
            return Ok(());
        }
        let mut tx = self.scribe.database.begin(self.actor.clone()).await?;
        let mut upload = self.upload.clone();
        for part in &self.written {
            if !store::add_part(&mut tx, &upload, *part).await? {
                tx.end().await?;
                return Err(AppendError::Offset);
            }
            upload.received += part.length;
        }
        tx.record(Event::of(Action::UploadContinued, upload.id));
        tx.commit().await?;
        self.upload = upload;
        self.written.clear();
        Ok(())
    }

    async fn end(mut self) -> Result<Upload, AppendError> {
        let arrived = match (&self.checksum, self.hash.take()) {
            (Some(Checksum::Sha1(wanted)), Some(Hash::Sha1(hash))) => *wanted == hash.finalize().to_vec(),
            (Some(Checksum::Sha256(wanted)), Some(Hash::Sha256(hash))) => *wanted == hash.finalize().to_vec(),
            _ => true,
        };
        if !arrived {
            self.drop_unlisted().await;
            return Err(AppendError::Checksum);
        }
        self.close_part().await?;
        if let Err(refused) = self.list_parts().await {
            self.drop_unlisted().await;
            return Err(refused);
        }
        if self.upload.received == self.upload.length {
            match self.finish().await {
                Ok(()) => self.upload.complete = true,
                Err(
                    refused @ (AppendError::Audio(_) | AppendError::Mislabelled | AppendError::MayNot(_)),
                ) => {
                    give_up(self.scribe, self.actor.clone(), &self.upload).await?;
                    return Err(refused);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(self.upload)
    }

    /// The whole file is there. Its kind is that of its content, whatever it says it is.
    async fn finish(&self) -> Result<(), AppendError> {
        let tx = self.scribe.database.begin_reading(self.actor.clone()).await?;
        let parts = store::parts(&tx, self.upload.recording_id).await;
        tx.end().await?;
        let (key, blobs) = (self.key.clone(), self.scribe.blobs.clone());
        let sound = Sound { media_type: String::new(), parts: parts?, key, blobs };
        let mut stream = std::pin::pin!(sound.read(0..HEAD as u64));
        let mut head = Vec::new();
        while let Some(bytes) = stream.next().await {
            head.extend_from_slice(&bytes?);
        }
        let format = self.recognise(&head)?;
        let mut tx = self.scribe.database.begin(self.actor.clone()).await?;
        if finish(&mut tx, &self.upload, format.media_type()).await? {
            Ok(tx.commit().await?)
        } else {
            tx.end().await?;
            Err(BeginError::RecordingExists.into())
        }
    }

    /// Removes what will never be listed. If that fails it stays behind, sealed and belonging to nothing.
    async fn drop_unlisted(&mut self) {
        if let Some((_, writer, _)) = self.writer.take() {
            let _ = writer.abort().await;
        }
        for part in std::mem::take(&mut self.written) {
            let _ = self.scribe.blobs.delete(self.address(part.part)).await;
        }
    }
}
