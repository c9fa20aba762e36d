//! The stages of a recording, from where it is to the draft.

use std::time::Instant;

use access::Actor;
use audit::{Action, Event};
use clinical::consents::{self, RecordingConsentError};
use shared::{
    RecordingId,
    errors::ErrorCode,
    recordings::{RecordingState, Stage},
};

use super::{
    LEAST_SPEECH_MS, StageError,
    caller::Caller,
    decode::decode,
    draft::draft,
    progress::Progress,
    speakers::speakers,
    transcribe::{PlainSound, transcribe},
};
use crate::{Scribe, jobs::store::Job, recordings, uploads};

/// Whether there is a stage after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

/// Goes through the stages from where the recording is.
pub(super) async fn process(scribe: &Scribe, actor: &Actor, job: &Job) -> Result<(), StageError> {
    let id = job.view.recording_id.ok_or(StageError::Refused(ErrorCode::NotFound))?;
    let caller = Caller { scribe, actor, job };
    let mut progress = Progress::new(scribe, actor.clone(), job.view.id);
    loop {
        let recording = check(scribe, actor, id).await?;
        let stage = recording.stage;
        let work = Box::pin(go_through(&caller, &mut progress, id, recording));
        if measured(stage, work).await? == Then::End {
            return Ok(());
        }
    }
}

/// Drafts a note of a session that has its transcript.
pub(super) async fn draft_alone(scribe: &Scribe, actor: &Actor, job: &Job) -> Result<(), StageError> {
    measured(Stage::Draft, Box::pin(draft(&Caller { scribe, actor, job }))).await.map(drop)
}

/// Counts a stage, with how it ended and how long it took.
async fn measured<T>(
    stage: Stage,
    work: impl Future<Output = Result<T, StageError>>,
) -> Result<T, StageError> {
    let begun = Instant::now();
    let result = work.await;
    let outcome = result.as_ref().map_or_else(StageError::outcome, |_| "done");
    telemetry::pipeline_stage(stage.as_str(), outcome, begun.elapsed());
    result
}

async fn go_through(
    caller: &Caller<'_>,
    progress: &mut Progress<'_>,
    id: RecordingId,
    recording: recordings::store::Recording,
) -> Result<Then, StageError> {
    let Caller { scribe, actor, .. } = *caller;
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let key = tx.session_key(recording.encounter_id).await;
    tx.end().await?;
    let sound = PlainSound {
        blobs: scribe.blobs.clone(),
        key: key?,
        recording: id,
        encounter: recording.encounter_id,
        bytes: recording.sound_bytes,
    };
    match recording.stage {
        Stage::Decode => {
            progress.enter(Stage::Decode, 0.0).await?;
            let tx = scribe.database.begin_reading(actor.clone()).await?;
            let parts = uploads::store::parts(&tx, id).await;
            tx.end().await?;
            let file = crate::Sound {
                media_type: recording.media_type,
                parts: parts?,
                key: sound.key.clone(),
                blobs: scribe.blobs.clone(),
            };
            let found = decode(scribe, progress, id, file).await?;
            let mut tx = scribe.database.begin(actor.clone()).await?;
            recordings::store::keep_decoded(&mut tx, sound.of(), &found).await?;
            recordings::store::set_state(&mut tx, id, RecordingState::Processing, None).await?;
            tx.record(Event::of(Action::RecordingProcessed, id));
            tx.commit().await?;
        }
        Stage::VoiceActivity if recording.speech_ms < LEAST_SPEECH_MS => {
            return no_speech(caller, &sound).await;
        }
        Stage::VoiceActivity => {
            progress.enter(Stage::VoiceActivity, 1.0).await?;
            go_on(scribe, actor, id, Stage::Transcription).await?;
        }
        Stage::Transcription => {
            if !transcribe(caller, progress, &sound).await? {
                // It sounded like speech, and not a word was in it.
                return no_speech(caller, &sound).await;
            }
            go_on(scribe, actor, id, Stage::Speakers).await?;
        }
        Stage::Speakers => {
            progress.enter(Stage::Speakers, 0.0).await?;
            speakers(caller, &sound, &recording.spans, &recording.turns).await?;
        }
        Stage::Draft => {
            if recording.state != RecordingState::Transcribed {
                // The plain sound has served its purpose. Deleting it twice is no fault.
                match scribe.blobs.delete(sound.address()).await {
                    Ok(()) | Err(blobs::BlobError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
                let mut tx = scribe.database.begin(actor.clone()).await?;
                recordings::store::set_state(&mut tx, id, RecordingState::Transcribed, None).await?;
                tx.record(Event::of(Action::RecordingProcessed, id));
                tx.commit().await?;
            }
            progress.enter(Stage::Draft, 0.0).await?;
            draft(caller).await?;
            return Ok(Then::End);
        }
    }
    Ok(Then::GoOn)
}

/// The end of a recording in which nobody speaks: it never reaches drafting.
async fn no_speech(caller: &Caller<'_>, sound: &PlainSound) -> Result<Then, StageError> {
    let Caller { scribe, actor, job } = *caller;
    let id = sound.recording;
    let mut tx = scribe.database.begin(actor.clone()).await?;
    recordings::store::set_state(&mut tx, id, RecordingState::NoSpeechCaptured, None).await?;
    crate::jobs::store::succeed(&mut tx, job.view.id, None).await?;
    tx.record(Event::of(Action::RecordingProcessed, id).refused(ErrorCode::NoSpeechCaptured));
    tx.commit().await?;
    scribe.blobs.delete(sound.address()).await?;
    Ok(Then::End)
}

/// Where the recording is, if it may still be worked on.
async fn check(
    scribe: &Scribe,
    actor: &Actor,
    id: RecordingId,
) -> Result<recordings::store::Recording, StageError> {
    let tx = scribe.database.begin_reading(actor.clone()).await?;
    let checked = async {
        let recording =
            recordings::store::find(&tx, id).await?.ok_or(StageError::Refused(ErrorCode::NotFound))?;
        match consents::require_live_recording(&tx, recording.encounter_id).await {
            Ok(()) => Ok(recording),
            Err(RecordingConsentError::NotFound) => Err(StageError::Refused(ErrorCode::NotFound)),
            Err(RecordingConsentError::Missing) => Err(StageError::Refused(ErrorCode::ConsentRevoked)),
            Err(RecordingConsentError::Access(error)) => Err(error.into()),
        }
    }
    .await;
    tx.end().await?;
    checked
}

async fn go_on(scribe: &Scribe, actor: &Actor, id: RecordingId, stage: Stage) -> Result<(), StageError> {
    let mut tx = scribe.database.begin(actor.clone()).await?;
    recordings::store::set_stage(&mut tx, id, stage).await?;
    tx.record(Event::of(Action::RecordingProcessed, id));
    Ok(tx.commit().await?)
}
