//! Runs a job from wherever it is to its end.

use access::Actor;
use audit::{Action, Event};
use clinical::consents::{self, RecordingConsentError};
use governance::{CallContext, ledger};
use shared::{
    JobId, PracticeId,
    errors::ErrorCode,
    jobs::{JobKind, JobState},
    recordings::{RecordingState, Stage},
};

use super::{
    LEAST_SPEECH_MS, StageError,
    decode::decode,
    draft::draft,
    progress::Progress,
    speakers::speakers,
    transcribe::{PlainSound, transcribe},
};
use crate::{Scribe, StoreError, jobs, recordings, uploads};

/// How a run of a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// There is nothing left to do.
    Done,
    /// It came to an end for a reason that the job names; a person may try it again.
    Stopped,
    /// It may go better later; the job is as far as it got.
    Later(ErrorCode),
}

/// Runs a job. `last` says that a failure now is final.
///
/// # Errors
/// The database or the store failed even at writing down how the run ended.
pub async fn run(
    scribe: &Scribe,
    practice_id: PracticeId,
    id: JobId,
    attempt: u32,
    last: bool,
) -> Result<Ended, StoreError> {
    let actor = Actor::system("system:pipeline", practice_id, format!("job:{id}"));
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let begun = async {
        let job = jobs::store::find(&tx, id).await?;
        ledger::close_job(&mut tx, id).await?;
        let open = jobs::store::begin(&mut tx, id, i32::try_from(attempt).unwrap_or(i32::MAX)).await?;
        Ok::<_, access::AccessError>(job.map(|job| (job, open)))
    }
    .await;
    let job = match begun {
        Ok(Some((job, true))) => job,
        // It has ended before, or never was.
        Ok(ended) => {
            tx.end().await?;
            let well = ended.is_none_or(|(job, _)| job.view.state == JobState::Succeeded);
            return Ok(if well { Ended::Done } else { Ended::Stopped });
        }
        Err(error) => {
            tx.end().await?;
            return Err(error.into());
        }
    };
    tx.record(Event::of(Action::JobProgressed, id));
    tx.commit().await?;

    let result = match job.view.kind {
        JobKind::ProcessRecording => process(scribe, &actor, &job).await,
        JobKind::DraftNote => {
            let call = context(&actor, &job);
            draft(scribe, &actor, &call, job.template).await.map(drop)
        }
    };
    match result {
        Ok(()) => Ok(Ended::Done),
        Err(StageError::Cancelled) => Ok(Ended::Stopped),
        Err(StageError::Refused(code)) => fail(scribe, actor, &job, code).await.map(|()| Ended::Stopped),
        Err(StageError::Failed(code)) if last => {
            fail(scribe, actor, &job, code).await.map(|()| Ended::Stopped)
        }
        Err(StageError::Failed(code)) => Ok(Ended::Later(code)),
        Err(StageError::Store(StoreError::Full)) if !last => Ok(Ended::Later(ErrorCode::StorageFull)),
        Err(StageError::Store(error)) if last => {
            let code =
                if matches!(error, StoreError::Full) { ErrorCode::StorageFull } else { ErrorCode::Internal };
            fail(scribe, actor, &job, code).await?;
            Ok(Ended::Stopped)
        }
        Err(StageError::Store(error)) => Err(error),
    }
}

fn context(actor: &Actor, job: &jobs::store::Job) -> CallContext {
    CallContext {
        actor: actor.clone(),
        on_behalf_of: job.requested_by,
        encounter_id: job.view.encounter_id,
        job_id: job.view.id,
    }
}

/// Writes down why the job, and with it its recording, came to an end.
async fn fail(
    scribe: &Scribe,
    actor: Actor,
    job: &jobs::store::Job,
    code: ErrorCode,
) -> Result<(), StoreError> {
    let mut tx = scribe.database.begin(actor).await?;
    jobs::store::fail(&mut tx, job.view.id, code).await?;
    if let Some(recording) = job.view.recording_id {
        let now = recordings::store::find(&tx, recording).await?;
        // A transcript that is there stays there, whatever became of the draft.
        if now.is_some_and(|now| now.state != RecordingState::Transcribed) {
            recordings::store::set_state(&mut tx, recording, RecordingState::Failed, Some(code)).await?;
        }
    }
    tx.record(Event::of(Action::JobProgressed, job.view.id).refused(code));
    Ok(tx.commit().await?)
}

/// Goes through the stages from where the recording is.
async fn process(scribe: &Scribe, actor: &Actor, job: &jobs::store::Job) -> Result<(), StageError> {
    let id = job.view.recording_id.ok_or(StageError::Refused(ErrorCode::NotFound))?;
    let call = context(actor, job);
    let mut progress = Progress::new(scribe, actor.clone(), job.view.id);
    loop {
        let recording = check(scribe, actor, id).await?;
        let sound = PlainSound {
            blobs: scribe.blobs.clone(),
            key: scribe.database.key_of(actor.practice_id()).await?,
            recording: id,
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
                let found = decode(scribe, &mut progress, id, file).await?;
                let mut tx = scribe.database.begin(actor.clone()).await?;
                recordings::store::keep_decoded(&mut tx, id, &found).await?;
                recordings::store::set_state(&mut tx, id, RecordingState::Processing, None).await?;
                tx.record(Event::of(Action::RecordingProcessed, id));
                tx.commit().await?;
            }
            Stage::VoiceActivity if recording.speech_ms < LEAST_SPEECH_MS => {
                return no_speech(scribe, actor, job.view.id, &sound).await;
            }
            Stage::VoiceActivity => {
                progress.enter(Stage::VoiceActivity, 1.0).await?;
                go_on(scribe, actor, id, Stage::Transcription).await?;
            }
            Stage::Transcription => {
                if !transcribe(scribe, actor, &call, &mut progress, &sound).await? {
                    // It sounded like speech, and not a word was in it.
                    return no_speech(scribe, actor, job.view.id, &sound).await;
                }
                go_on(scribe, actor, id, Stage::Speakers).await?;
            }
            Stage::Speakers => {
                progress.enter(Stage::Speakers, 0.0).await?;
                speakers(scribe, actor, &call, &sound, &recording.spans).await?;
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
                return draft(scribe, actor, &call, job.template).await.map(drop);
            }
        }
    }
}

/// The end of a recording in which nobody speaks: it never reaches drafting.
async fn no_speech(scribe: &Scribe, actor: &Actor, job: JobId, sound: &PlainSound) -> Result<(), StageError> {
    let id = sound.recording;
    let mut tx = scribe.database.begin(actor.clone()).await?;
    recordings::store::set_state(&mut tx, id, RecordingState::NoSpeechCaptured, None).await?;
    jobs::store::succeed(&mut tx, job, None).await?;
    tx.record(Event::of(Action::RecordingProcessed, id).refused(ErrorCode::NoSpeechCaptured));
    tx.commit().await?;
    Ok(scribe.blobs.delete(sound.address()).await?)
}

/// Where the recording is, if it may still be worked on.
async fn check(
    scribe: &Scribe,
    actor: &Actor,
    id: shared::RecordingId,
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

async fn go_on(
    scribe: &Scribe,
    actor: &Actor,
    id: shared::RecordingId,
    stage: Stage,
) -> Result<(), StageError> {
    let mut tx = scribe.database.begin(actor.clone()).await?;
    recordings::store::set_stage(&mut tx, id, stage).await?;
    tx.record(Event::of(Action::RecordingProcessed, id));
    Ok(tx.commit().await?)
}
