//! Who said it. If the voices cannot be told apart, the text stays.

use access::{Actor, Tx};
use audio::Span;
use clinical::transcripts::{
    HeardTranscript, NewSegment, NewSpeaker, StoreFromRecordingError, store_from_recording,
};
use governance::{
    Dropped, GatewayError, Governed, HeardPiece, Reason, SoundError, SpokenSpan, SpokenSpans, Turn, Voices,
    by_turns, one_voice, told_apart,
};
use shared::{
    EncounterId,
    errors::ErrorCode,
    recordings::{LeftOut, LeftOutReason, Stage},
};
use tokio::runtime::Handle;

use super::{StageError, caller::Caller, transcribe::PlainSound};
use crate::{pieces, recordings::store};

/// When the voices were told apart.
enum Separated {
    /// By the engine that heard the words, or because each has a channel.
    Before(Voices),
    /// By one that was asked for it.
    Now(Governed<Voices>),
}

/// Tells the voices apart and keeps the transcript; the next stage is drafting.
pub(super) async fn speakers(
    caller: &Caller<'_>,
    sound: &PlainSound,
    spans: &[Span],
    turns: &[Turn],
) -> Result<(), StageError> {
    let Caller { scribe, actor, job } = *caller;
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let pieces = pieces::store::list(&tx, sound.of()).await;
    tx.end().await?;
    let heard: Vec<_> = pieces?
        .into_iter()
        .filter_map(|piece| Some(HeardPiece { start_ms: piece.span.start_ms, text: piece.heard? }))
        .collect();
    let places = left_out(&heard);
    let call = caller.context().await?;
    let separated = if let Some(voices) = told_apart(&heard).or_else(|| by_turns(heard.clone(), turns)) {
        Ok(Separated::Before(voices))
    } else {
        let speech = || spoken(sound, spans);
        scribe.gateway.separate_speakers(&call, speech, heard.clone()).await.map(Separated::Now)
    };
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let kept = async {
        let voices = match separated {
            Ok(Separated::Before(voices)) => voices,
            Ok(Separated::Now(answer)) => answer.keep(&mut tx).await?,
            // A practice that switched this off, or an engine that failed, still gets its text.
            Err(GatewayError::Forbidden(ErrorCode::AiSystemOff)) => one_voice(heard),
            Err(error @ (GatewayError::Access(_) | GatewayError::Forbidden(_))) => return Err(error.into()),
            Err(_) => one_voice(heard),
        };
        keep(&mut tx, actor, job.view.encounter_id, sound, voices).await?;
        store::keep_left_out(&mut tx, sound.of(), &places).await?;
        Ok::<_, StageError>(store::set_stage(&mut tx, sound.recording, Stage::Draft).await?)
    }
    .await;
    if let Err(refused) = kept {
        tx.end().await?;
        return Err(refused);
    }
    Ok(tx.commit().await?)
}

/// Where the engine put text that was not kept, in the time of the recording.
fn left_out(heard: &[HeardPiece]) -> Vec<LeftOut> {
    let of_piece = |piece: &HeardPiece| piece.text.clone().shifted(piece.start_ms).dropped;
    let place = |dropped: Dropped| LeftOut {
        start_ms: dropped.start_ms,
        end_ms: dropped.end_ms,
        reason: match dropped.reason {
            Reason::Repetition => LeftOutReason::Repetition,
            Reason::NoSpeech => LeftOutReason::NoSpeech,
            Reason::StockPhrase => LeftOutReason::StockPhrase,
        },
    };
    heard.iter().flat_map(of_piece).map(place).collect()
}

async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    encounter_id: EncounterId,
    sound: &PlainSound,
    voices: Voices,
) -> Result<(), StageError> {
    let granted = actor.require().map_err(|_lacking| StageError::Refused(ErrorCode::Forbidden))?;
    let heard = HeardTranscript {
        encounter_id,
        recording_id: sound.recording,
        certainty: voices.certainty,
        speakers: voices
            .voices
            .into_iter()
            .map(|voice| NewSpeaker { label: voice.label.into(), role: voice.role })
            .collect(),
        segments: voices
            .lines
            .into_iter()
            .map(|line| NewSegment {
                speaker: line.voice,
                start_ms: line.start_ms,
                end_ms: line.end_ms,
                text: line.text,
                confidence: Some(line.confidence),
            })
            .collect(),
    };
    match store_from_recording(tx, granted, heard).await {
        Ok(_) => Ok(()),
        Err(StoreFromRecordingError::NotFound) => Err(StageError::Refused(ErrorCode::NotFound)),
        Err(StoreFromRecordingError::AlreadySigned) => Err(StageError::Refused(ErrorCode::AlreadySigned)),
        Err(StoreFromRecordingError::OtherTranscript) => Err(StageError::Refused(ErrorCode::RecordingExists)),
        Err(StoreFromRecordingError::UnknownSpeaker) => Err(StageError::Failed(ErrorCode::EngineFailed)),
        Err(StoreFromRecordingError::Access(error)) => Err(error.into()),
    }
}

/// The speech, a span at a time, fetched when it is asked for.
fn spoken(sound: &PlainSound, spans: &[Span]) -> SpokenSpans {
    let (sound, spans, runtime) = (sound.clone(), spans.to_vec(), Handle::current());
    Box::new(spans.into_iter().map(move |span| {
        let samples = runtime.block_on(sound.samples(span)).map_err(SoundError::from)?;
        Ok(SpokenSpan { start_ms: span.start_ms, samples })
    }))
}
