//! A whole recording becomes text elsewhere, with its voices told apart.

use std::{io, time::Instant};

use audit::{Action, Event};
use clinical::encounters::clients_of;
use futures_util::{StreamExt, TryStreamExt, stream};
use governance::{GatewayError, WholeRecording, into_pieces};

use super::{StageError, caller::Caller, progress::Progress, transcribe::PlainSound};
use crate::pieces::store::{self, PieceRow};

/// A service hears this much faster than people speak, more or less: what the time left is told from.
const FASTER: f32 = 20.0;

/// Has the recording heard, and keeps what was heard of these pieces of it. Says whether there is a word in any of them.
pub(super) async fn hear_elsewhere(
    caller: &Caller<'_>,
    progress: &mut Progress<'_>,
    sound: &PlainSound,
    pieces: Vec<PieceRow>,
) -> Result<bool, StageError> {
    let Caller { scribe, actor, .. } = *caller;
    let recording = whole(caller, sound).await?;
    let begun = Instant::now();
    let expected = recording.bytes as f32 / PlainSound::BYTES_A_MS as f32 / 1000.0 / FASTER;
    let mut call = caller.context().await?;
    let mut hearing = scribe.gateway.begin_hearing(&call, &recording).await?;
    let answer = loop {
        hearing = match scribe.gateway.look(&call, hearing).await? {
            Ok(answer) => break answer,
            Err(hearing) => hearing,
        };
        tokio::time::sleep(hearing.pause()).await;
        call = caller.context().await?;
        let share = (begun.elapsed().as_secs_f32() / expected.max(1.0)).min(0.95);
        if let Err(error) = progress.tell(share).await {
            if matches!(error, StageError::Cancelled) {
                scribe.gateway.give_up(&call, hearing, GatewayError::Cancelled).await;
            }
            return Err(error);
        }
    };
    let id = answer.call_id();
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let text = answer.keep(&mut tx).await?;
    let spans: Vec<_> = pieces.iter().map(|piece| (piece.span.start_ms, piece.span.end_ms)).collect();
    let mut said = false;
    for (piece, text) in pieces.iter().zip(into_pieces(text, &spans)) {
        said |= !text.segments.is_empty();
        store::keep_heard(&mut tx, sound.of(), piece.ordinal, id, &text).await?;
    }
    tx.record(Event::of(Action::RecordingProcessed, sound.recording));
    tx.commit().await?;
    // The words are here. What is not removed there now is removed by upkeep.
    scribe.gateway.remove_left(actor).await?;
    Ok(said)
}

async fn whole(caller: &Caller<'_>, sound: &PlainSound) -> Result<WholeRecording, StageError> {
    let people = people(caller).await?;
    let bytes = sound.bytes;
    let sound = sound.clone();
    let open = move || {
        let sound = sound.clone();
        let opened = async move { sound.blobs.read(&sound.key, sound.address(), 0..sound.bytes).await };
        stream::once(opened).try_flatten().map_err(io::Error::other).boxed()
    };
    Ok(WholeRecording { open: Box::new(open), bytes, language: "en".to_owned(), people })
}

/// The clients of the session, and whoever sees them.
async fn people(caller: &Caller<'_>) -> Result<u8, StageError> {
    let tx = caller.scribe.database.begin_reading(caller.actor.clone()).await?;
    let clients = clients_of(&tx, caller.job.view.encounter_id).await;
    tx.end().await?;
    Ok(u8::try_from(clients?.len() + 1).unwrap_or(u8::MAX))
}
