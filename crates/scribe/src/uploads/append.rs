//! Takes the bytes of an upload, as they come, in constant memory.

use std::ops::ControlFlow;

use access::{AccessError, Actor, Granted, Tx, perm};
use audio::{AudioError, Format, recognise};
use audit::{Action, Event};
use blobs::{BlobAddress, BlobError, BlobWriter, Written};
use bytes::{Bytes, BytesMut};
use crypto::DataKey;
use futures_util::{Stream, StreamExt};
use sha2::Digest as _;
use shared::UploadId;
use tokio::task::JoinHandle;

use super::{
    BeginError, LoadError, Upload, begin::may_record, finish::finish, remove::give_up, store,
    store::StoredPart,
};
use crate::{Scribe, Sound, StoreError};

/// Most bytes of a part: what a client has to send again at most when the server is killed.
const PART: u64 = 16 * 1024 * 1024;
/// As many of the first bytes as it takes to recognise a file.
const HEAD: usize = 16 * 1024;

/// Fewer first bytes than these may belong to a sound file and yet not show it: two frames of MP3.
const TELLING: usize = 4 * 1024;

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
    let mut intake = Intake {
        scribe,
        actor,
        key,
        upload,
        writer: None,
        closing: None,
        written: Vec::new(),
        checksum,
        hash: None,
    };
    let settled = match intake.take(body).await {
        Ok(()) => intake.settle().await,
        // What was sent is kept, so that the client goes on from there; under a checksum nobody knows
        // whether it arrived as it was sent.
        Err(AppendError::Interrupted) if intake.checksum.is_none() => match intake.settle().await {
            Ok(()) if !intake.upload.complete => Err(AppendError::Interrupted),
            settled => settled,
        },
        Err(other) => Err(other),
    };
    match settled {
        Ok(()) => Ok(intake.upload),
        Err(
            refused @ (AppendError::Audio(_)
            | AppendError::Mislabelled
            | AppendError::MayNot(BeginError::RecordingExists)),
        ) => {
            intake.drop_unlisted().await;
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
    /// The part before it, on its way to the disk while the next one already arrives.
    closing: Option<Closing>,
    /// Parts that are durable and not listed yet.
    written: Vec<StoredPart>,
    checksum: Option<Checksum>,
    hash: Option<Hash>,
}

struct Closing {
    part: StoredPart,
    finished: JoinHandle<Result<Written, BlobError>>,
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
        // Nothing of a file is stored before it looks like sound.
        let mut head = BytesMut::new();
        let mut recognised = self.upload.received > 0;
        let mut ended = Ok(());
        while let Some(bytes) = body.next().await {
            let Ok(mut bytes) = bytes else {
                ended = Err(AppendError::Interrupted);
                break;
            };
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
        if !head.is_empty() {
            match self.recognise(&head) {
                // Too little to tell, and more is to come: the whole file is judged at its end.
                Err(AppendError::Audio(_))
                    if head.len() < TELLING && (head.len() as u64) < self.upload.length => {}
                judged => drop(judged?),
            }
            self.store(head.freeze()).await?;
        }
        ended
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
        let closing = self.closing.as_ref().map_or(0, |closing| closing.part.length);
        if self.durable() + closing + open + bytes.len() as u64 > self.upload.length {
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
                // A request with a checksum counts as a whole or not at all, and the last part is
                // listed together with the recording that it completes.
                if self.checksum.is_none() && self.durable() < self.upload.length {
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

    /// Sends the part being written to the disk, once the one before it is there.
    async fn close_part(&mut self) -> Result<(), AppendError> {
        self.part_closed().await?;
        if let Some((part, writer, length)) = self.writer.take() {
            let finished = tokio::spawn(writer.finish());
            self.closing = Some(Closing { part: StoredPart { part, length }, finished });
        }
        Ok(())
    }

    /// Returns when what was sent to the disk is durable.
    async fn part_closed(&mut self) -> Result<(), AppendError> {
        if let Some(Closing { part, finished }) = self.closing.take() {
            finished.await.map_err(|stopped| BlobError::Store(stopped.into()))??;
            self.written.push(part);
        }
        Ok(())
    }

    /// Bytes that are durable, listed or not.
    fn durable(&self) -> u64 {
        self.upload.received + self.written.iter().map(|part| part.length).sum::<u64>()
    }

    /// Moves the offset behind what is durable. With the last byte, the upload becomes a recording in
    /// the same transaction: an upload that is all there and no recording cannot be.
    async fn list_parts(&mut self) -> Result<(), AppendError> {
        let media_type = if self.durable() == self.upload.length { Some(self.judge().await?) } else { None };
        if self.written.is_empty() && media_type.is_none() {
            return Ok(());
        }
        let mut tx = self.scribe.database.begin(self.actor.clone()).await?;
        let listed = list(&mut tx, self.upload.clone(), &self.written, media_type).await;
        match listed {
            Ok(upload) => {
                tx.commit().await?;
                self.upload = upload;
                self.written.clear();
                Ok(())
            }
            Err(refused) => {
                tx.end().await?;
                Err(refused)
            }
        }
    }

    /// The request is over: what it brought counts, if it is what it was to be.
    async fn settle(&mut self) -> Result<(), AppendError> {
        let as_sent = match (&self.checksum, self.hash.take()) {
            (Some(Checksum::Sha1(wanted)), Some(Hash::Sha1(hash))) => *wanted == hash.finalize().to_vec(),
            (Some(Checksum::Sha256(wanted)), Some(Hash::Sha256(hash))) => *wanted == hash.finalize().to_vec(),
            _ => true,
        };
        if !as_sent {
            return Err(AppendError::Checksum);
        }
        self.close_part().await?;
        self.part_closed().await?;
        self.list_parts().await
    }

    /// Looks into the whole file: its kind by its content, and whether there is sound in it that can be
    /// decoded. What is wrong further on shows when all of it is decoded.
    async fn judge(&self) -> Result<String, AppendError> {
        let tx = self.scribe.database.begin_reading(self.actor.clone()).await?;
        let listed = store::parts(&tx, self.upload.recording_id).await;
        tx.end().await?;
        let mut parts = listed?;
        parts.extend(self.written.iter().map(|part| (self.address(part.part), part.length)));
        let blobs = self.scribe.blobs.clone();
        let file = Sound { media_type: String::new(), parts, key: self.key.clone(), blobs };
        let mut head = Vec::new();
        let mut stream = std::pin::pin!(file.clone().read(0..HEAD as u64));
        while let Some(bytes) = stream.next().await {
            head.extend_from_slice(&bytes?);
        }
        let format = self.recognise(&head)?;
        let reader = file.blocking();
        let limits = audio::Limits { max_duration_ms: self.scribe.limits.max_duration_ms };
        let first_sound = move || {
            audio::decode(reader, &limits, &mut |chunk| {
                if chunk.samples.is_empty() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        };
        match tokio::task::spawn_blocking(first_sound).await {
            Ok(Ok(_) | Err(AudioError::Cancelled)) => Ok(format.media_type().to_owned()),
            Ok(Err(AudioError::Source(error))) => Err(BlobError::from(error).into()),
            Ok(Err(refused)) => Err(refused.into()),
            Err(stopped) => Err(BlobError::Store(stopped.into()).into()),
        }
    }

    /// Removes what will never be listed. If that fails it stays behind, sealed and belonging to nothing.
    async fn drop_unlisted(&mut self) {
        if let Some((_, writer, _)) = self.writer.take() {
            let _ = writer.abort().await;
        }
        if let Some(Closing { part, finished }) = self.closing.take()
            && matches!(finished.await, Ok(Ok(_)))
        {
            self.written.push(part);
        }
        for part in std::mem::take(&mut self.written) {
            let _ = self.scribe.blobs.delete(self.address(part.part)).await;
        }
    }
}

/// Lists parts behind each other and, once all bytes are there, makes the recording.
async fn list(
    tx: &mut Tx,
    mut upload: Upload,
    parts: &[StoredPart],
    media_type: Option<String>,
) -> Result<Upload, AppendError> {
    for part in parts {
        if !store::add_part(tx, &upload, *part).await? {
            return Err(AppendError::Offset);
        }
        upload.received += part.length;
    }
    tx.record(Event::of(Action::UploadContinued, upload.id));
    if let Some(media_type) = media_type {
        finish(tx, &upload, &media_type).await?;
        upload.complete = true;
    }
    Ok(upload)
}
