//! The file becomes plain sound, with what is known of it: length, picture, where somebody speaks.

use std::ops::ControlFlow;

use audio::{
    AudioError, ChannelTurn, Decoded, Levels, PIECE_MAX_MS, Peaks, Quality, QualityMeter, Span,
    VoiceActivity, pieces, speech_ms,
};
use bytes::Bytes;
use shared::{RecordingId, recordings::SoundQuality};
use tokio::sync::mpsc;

use super::{StageError, progress::Progress};
use crate::{Scribe, Sound, recordings::store::DecodedSound, sound::PLAIN_SOUND};

/// Peaks in the picture of a recording.
const PEAKS: usize = 1000;

struct Heard {
    decoded: Decoded,
    spans: Vec<Span>,
    levels: Levels,
    peaks: Vec<u8>,
    quality: Option<Quality>,
    turns: Vec<ChannelTurn>,
}

/// Decodes a file on a thread of its own, seals the plain sound as it comes, in constant memory.
pub(super) async fn decode(
    scribe: &Scribe,
    progress: &mut Progress<'_>,
    id: RecordingId,
    sound: Sound,
) -> Result<DecodedSound, StageError> {
    let (key, blobs) = (sound.key.clone(), scribe.blobs.clone());
    let address = blobs::BlobAddress { owner: key.owner(), object: id.0, part: PLAIN_SOUND };
    let limits = audio::Limits { max_duration_ms: scribe.limits.max_duration_ms };
    let reader = sound.blocking();
    let (send, mut receive) = mpsc::channel::<(Bytes, f32)>(16);
    let decoding = tokio::task::spawn_blocking(move || hear(reader, limits, &send));
    let mut writer = blobs.create(&key, address)?;
    let mut bytes = 0;
    while let Some((samples, done)) = receive.recv().await {
        bytes += samples.len() as u64;
        writer.write(samples).await?;
        progress.tell(done).await?;
    }
    let heard =
        decoding.await.map_err(|_stopped| StageError::Failed(shared::errors::ErrorCode::Internal))??;
    writer.finish().await?;
    Ok(DecodedSound {
        duration_ms: heard.decoded.duration_ms,
        sound_bytes: bytes,
        speech_ms: speech_ms(&heard.spans),
        pieces: pieces(&heard.spans, &heard.levels, PIECE_MAX_MS),
        spans: heard.spans,
        peaks: heard.peaks,
        turns: heard.turns,
        quality: heard.quality.map(|it| SoundQuality {
            speech_dbfs: it.speech_dbfs,
            over_noise_db: it.over_noise_db,
            clipped_ppm: it.clipped_ppm,
            bandwidth_hz: it.bandwidth_hz,
        }),
    })
}

fn hear(
    reader: blobs::BlockingReader,
    limits: audio::Limits,
    send: &mpsc::Sender<(Bytes, f32)>,
) -> Result<Heard, AudioError> {
    let mut voice = VoiceActivity::new();
    let mut peaks = Peaks::new(PEAKS);
    let mut quality = QualityMeter::new();
    let decoded = audio::decode(reader, &limits, &mut |chunk| {
        voice.push(chunk.samples);
        peaks.push(chunk.samples);
        quality.push(chunk.samples);
        let bytes: Vec<u8> = chunk.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        match send.blocking_send((Bytes::from(bytes), chunk.progress)) {
            Ok(()) => ControlFlow::Continue(()),
            // Nobody takes the sound any more.
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    let activity = voice.finish();
    let quality = quality.finish(&decoded, &activity);
    let turns = decoded.differences.as_ref().map_or(Vec::new(), |differences| differences.turns(&activity));
    Ok(Heard {
        decoded,
        spans: activity.spans,
        levels: activity.levels,
        peaks: peaks.finish(),
        quality,
        turns,
    })
}
