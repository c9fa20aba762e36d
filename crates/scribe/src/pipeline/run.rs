//! Runs a job from wherever it is to its end.

use access::Actor;
use audit::{Action, Event};
use governance::ledger;
use shared::{
    JobId, PracticeId,
    audit::Purpose,
    errors::ErrorCode,
    jobs::{JobKind, JobState},
};

use super::{
    StageError,
    stages::{draft_alone, process},
};
use crate::{Scribe, StoreError, jobs};

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
    let actor =
        Actor::system("system:pipeline", practice_id, format!("job:{id}")).for_purpose(Purpose::Treatment);
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
        JobKind::ProcessRecording => Box::pin(process(scribe, &actor, &job)).await,
        JobKind::DraftNote => Box::pin(draft_alone(scribe, &actor, &job)).await,
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

/// Writes down why the job, and with it its recording, came to an end.
async fn fail(
    scribe: &Scribe,
    actor: Actor,
    job: &jobs::store::Job,
    code: ErrorCode,
) -> Result<(), StoreError> {
    let mut tx = scribe.database.begin(actor).await?;
    match jobs::fail::fail(&mut tx, job, code).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(error) => {
            tx.end().await?;
            Err(error.into())
        }
    }
}
