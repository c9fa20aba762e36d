//! Speech becomes text, a piece at a time; each piece is kept before the next is heard.

use audio::Span;
use audit::{Action, Event};
use blobs::{BlobAddress, BlobStore};
use crypto::DataKey;
use futures_util::TryStreamExt;
use governance::{Listening, Piece, PieceText};
use shared::{EncounterId, RecordingId};

use super::{StageError, caller::Caller, hear_elsewhere::hear_elsewhere, progress::Progress};
use crate::{pieces::store, sound::PLAIN_SOUND};

/// The sound that the decoder left: 16 kHz, one channel, 16 bit, little-endian.
#[derive(Clone)]
pub(super) struct PlainSound {
    pub(super) blobs: BlobStore,
    pub(super) key: DataKey,
    pub(super) recording: RecordingId,
    pub(super) encounter: EncounterId,
    pub(super) bytes: u64,
}

impl PlainSound {
    /// 16 samples of two bytes.
    pub(super) const BYTES_A_MS: u64 = 32;

    pub(super) fn address(&self) -> BlobAddress {
        BlobAddress { owner: self.key.owner(), object: self.recording.0, part: PLAIN_SOUND }
    }

    /// The recording, and the session that it is of.
    pub(super) fn of(&self) -> (RecordingId, EncounterId) {
        (self.recording, self.encounter)
    }

    /// The samples of a stretch of it.
    pub(super) async fn samples(&self, span: Span) -> Result<Vec<i16>, blobs::BlobError> {
        let from = (span.start_ms * Self::BYTES_A_MS).min(self.bytes);
        let to = (span.end_ms * Self::BYTES_A_MS).min(self.bytes);
        let mut sound = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0));
        let mut stream = std::pin::pin!(self.blobs.read(&self.key, self.address(), from..to).await?);
        while let Some(bytes) = stream.try_next().await? {
            sound.extend_from_slice(&bytes);
        }
        Ok(sound.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect())
    }
}

/// Hears every piece that has not been heard. Says whether there is a word in any of them.
pub(super) async fn transcribe(
    caller: &Caller<'_>,
    progress: &mut Progress<'_>,
    sound: &PlainSound,
) -> Result<bool, StageError> {
    let Caller { scribe, actor, .. } = *caller;
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let pieces = store::list(&tx, sound.of()).await;
    tx.end().await?;
    let pieces = pieces?;
    let all: u64 = pieces.iter().map(|piece| piece.span.len_ms()).sum();
    let mut heard: u64 =
        pieces.iter().filter(|piece| piece.heard.is_some()).map(|piece| piece.span.len_ms()).sum();
    let has_words = |text: &PieceText| !text.segments.is_empty();
    let mut said = pieces.iter().any(|piece| piece.heard.as_ref().is_some_and(has_words));
    let share = |heard: u64| heard as f32 / all.max(1) as f32;
    progress.enter(shared::recordings::Stage::Transcription, share(heard)).await?;
    let unheard: Vec<_> = pieces.into_iter().filter(|piece| piece.heard.is_none()).collect();
    if !unheard.is_empty() && scribe.gateway.listening(actor, sound.encounter).await? == Listening::Recordings
    {
        return Ok(hear_elsewhere(caller, progress, sound, unheard).await? || said);
    }
    for piece in unheard {
        let samples = sound.samples(piece.span).await?;
        let call = caller.context().await?;
        let piece_of_sound = Piece { samples, language: Some("en".to_owned()) };
        let answer = scribe.gateway.transcribe(&call, piece_of_sound).await?;
        let id = answer.call_id();
        let mut tx = scribe.database.begin(actor.clone()).await?;
        let text = answer.keep(&mut tx).await?;
        said |= has_words(&text);
        store::keep_heard(&mut tx, sound.of(), piece.ordinal, id, &text).await?;
        tx.record(Event::of(Action::RecordingProcessed, sound.recording));
        tx.commit().await?;
        heard += piece.span.len_ms();
        progress.tell(share(heard)).await?;
    }
    Ok(said)
}
