//! One request's bytes on their way into sealed parts, and, with the last of them, into a recording.

use access::{Actor, IdempotencyKey, Tx};
use audit::{Action, Event};
use blobs::{BlobAddress, BlobError, BlobWriter, Written};
use bytes::{Bytes, BytesMut};
use crypto::DataKey;
use futures_util::{Stream, StreamExt};
use shared::RecordingId;
use tokio::task::JoinHandle;

use super::{
    AppendError, Arriving, BeginError, Checksum, End, Upload,
    checksum::Sum,
    finish::{drop_replaced, finish},
    judge::{HEAD, judge, recognise_as},
    store::{self, StoredPart},
};
use crate::Scribe;

/// Most bytes of a part: what a client has to send again at most when the server is killed.
const PART: u64 = 16 * 1024 * 1024;
/// Fewer first bytes than these may belong to a sound file and yet not show it: two frames of MP3.
const TELLING: usize = 4 * 1024;

/// One request's bytes on their way into parts.
pub(super) struct Intake<'a> {
    pub(super) scribe: &'a Scribe,
    pub(super) actor: Actor,
    key: DataKey,
    pub(super) upload: Upload,
    /// The part being written.
    writer: Option<(u32, BlobWriter, u64)>,
    /// The part before it, on its way to the disk while the next one already arrives.
    closing: Option<Closing>,
    /// Parts that are durable and not listed yet.
    written: Vec<StoredPart>,
    checksum: Option<Checksum>,
    sum: Option<Sum>,
    end: End,
    /// Whether the body came to its end, and was not cut off.
    has_ended: bool,
    remembered_under: &'a dyn Fn() -> Option<IdempotencyKey>,
}

struct Closing {
    part: StoredPart,
    finished: JoinHandle<Result<Written, BlobError>>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        scribe: &'a Scribe,
        actor: Actor,
        key: DataKey,
        upload: Upload,
        arriving: Arriving<'a>,
    ) -> Self {
        Self {
            scribe,
            actor,
            key,
            upload,
            writer: None,
            closing: None,
            written: Vec::new(),
            sum: arriving.checksum.as_ref().map(Checksum::begin),
            checksum: arriving.checksum,
            end: arriving.end,
            has_ended: false,
            remembered_under: arriving.key,
        }
    }

    pub(super) fn has_checksum(&self) -> bool {
        self.checksum.is_some()
    }

    /// Writes the bytes as they come. What is left over for [`Intake::settle`] is one part at most.
    pub(super) async fn take<E>(
        &mut self,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(), AppendError> {
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
                recognise_as(&head, &self.upload.media_type)?;
                recognised = true;
                bytes = head.split().freeze();
            }
            Box::pin(self.store(bytes)).await?;
        }
        if !head.is_empty() {
            match recognise_as(&head, &self.upload.media_type) {
                // Too little to tell, and more is to come: the whole file is judged at its end.
                Err(AppendError::Audio(_))
                    if head.len() < TELLING && (head.len() as u64) < self.upload.length => {}
                judged => drop(judged?),
            }
            Box::pin(self.store(head.freeze())).await?;
        }
        self.has_ended = ended.is_ok();
        ended
    }

    async fn store(&mut self, mut bytes: Bytes) -> Result<(), AppendError> {
        if let Some(sum) = &mut self.sum {
            sum.add(&bytes);
        }
        let open = self.writer.as_ref().map_or(0, |(_, _, length)| *length);
        let closing = self.closing.as_ref().map_or(0, |closing| closing.part.length);
        if self.durable() + closing + open + bytes.len() as u64 > self.upload.length {
            // Where no length was announced, the most that is taken stands for it.
            let unannounced = match self.end {
                End::WithBody => true,
                End::Announced => self.upload.open,
                End::At(_) => false,
            };
            return Err(if unannounced { BeginError::TooLarge.into() } else { AppendError::Length });
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
                if !self.has_checksum() && self.durable() < self.upload.length {
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

    /// Whether it is known only since this request how long the file is.
    fn closes(&self) -> bool {
        self.upload.open && matches!(self.end, End::At(_))
    }

    /// Bytes that are durable, listed or not.
    fn durable(&self) -> u64 {
        self.upload.received + self.written.iter().map(|part| part.length).sum::<u64>()
    }

    /// Moves the offset behind what is durable. With the last byte, the upload becomes a recording in
    /// the same transaction: an upload that is all there and no recording cannot be.
    async fn list_parts(&mut self) -> Result<(), AppendError> {
        let media_type = if self.durable() == self.upload.length { Some(self.judge().await?) } else { None };
        if self.written.is_empty() && media_type.is_none() && !self.closes() {
            return Ok(());
        }
        let mut tx = self.scribe.database.begin(self.actor.clone()).await?;
        match self.list(&mut tx, media_type).await {
            Ok((upload, replaced)) => {
                tx.commit().await?;
                self.upload = upload;
                self.written.clear();
                drop_replaced(self.scribe, &self.actor, replaced).await;
                Ok(())
            }
            Err(refused) => {
                tx.end().await?;
                Err(refused)
            }
        }
    }

    /// The request is over: what it brought counts, if it is what it was to be.
    pub(super) async fn settle(&mut self) -> Result<(), AppendError> {
        if let (Some(checksum), Some(sum)) = (&self.checksum, self.sum.take())
            && !checksum.is(sum)
        {
            return Err(AppendError::Checksum);
        }
        self.close_part().await?;
        self.part_closed().await?;
        if self.end == End::WithBody && self.has_ended {
            self.upload.length = self.durable();
            if self.upload.length == 0 {
                return Err(BeginError::Empty.into());
            }
        }
        self.list_parts().await
    }

    async fn judge(&self) -> Result<String, AppendError> {
        let tx = self.scribe.database.begin_reading(self.actor.clone()).await?;
        let listed = store::parts(&tx, self.upload.recording_id).await;
        tx.end().await?;
        let mut parts = listed?;
        parts.extend(self.written.iter().map(|part| (self.address(part.part), part.length)));
        judge(self.scribe, &self.key, parts, &self.upload.media_type).await
    }

    /// Removes what will never be listed. If that fails it stays behind, sealed and belonging to nothing.
    pub(super) async fn drop_unlisted(&mut self) {
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

    /// Lists parts behind each other and, once all bytes are there, makes the recording; with it, the one
    /// that it replaces.
    async fn list(
        &self,
        tx: &mut Tx,
        media_type: Option<String>,
    ) -> Result<(Upload, Option<RecordingId>), AppendError> {
        let mut upload = self.upload.clone();
        let mut replaced = None;
        for part in &self.written {
            if !store::add_part(tx, &upload, *part).await? {
                return Err(AppendError::Offset);
            }
            upload.received += part.length;
        }
        if self.closes() {
            upload.open = false;
            // With the last byte, completing it says so.
            if media_type.is_none() {
                store::close(tx, &upload).await?;
            }
        }
        tx.record(Event::of(Action::UploadContinued, upload.id));
        if let Some(media_type) = media_type {
            replaced = finish(tx, &upload, &media_type).await?;
            upload.complete = true;
            if let Some(key) = (self.remembered_under)() {
                let Ok(None) = tx.earlier(&key).await? else { return Err(AppendError::KeyTaken) };
                tx.remember(&key, upload.recording_id).await?;
            }
        }
        Ok((upload, replaced))
    }
}
