//! How far a job is, told at most twice a second.

use std::time::{Duration, Instant};

use access::Actor;
use audit::{Action, Event};
use shared::{JobId, recordings::Stage};

use super::StageError;
use crate::{Scribe, jobs};

/// Where each stage begins and ends on the way from 0 to 100, from measured shares of the time.
const fn share(stage: Stage) -> (f32, f32) {
    match stage {
        Stage::Decode => (0.0, 3.0),
        Stage::VoiceActivity => (3.0, 4.0),
        Stage::Transcription => (4.0, 88.0),
        Stage::Speakers => (88.0, 98.0),
        Stage::Draft => (98.0, 100.0),
    }
}

/// Tells how far one job is.
pub(super) struct Progress<'a> {
    scribe: &'a Scribe,
    actor: Actor,
    job: JobId,
    stage: Stage,
    begun: Instant,
    begun_at: f32,
    told: Option<Instant>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(scribe: &'a Scribe, actor: Actor, job: JobId) -> Self {
        Self { scribe, actor, job, stage: Stage::Decode, begun: Instant::now(), begun_at: 0.0, told: None }
    }

    /// Enters a stage, of which a part may have been done before.
    ///
    /// # Errors
    /// The job was cancelled, or the database fails.
    pub(super) async fn enter(&mut self, stage: Stage, done: f32) -> Result<(), StageError> {
        self.stage = stage;
        self.begun = Instant::now();
        self.begun_at = done;
        self.told = None;
        self.tell(done).await
    }

    /// Says how much of the stage is done, 0 to 1.
    ///
    /// # Errors
    /// As [`Progress::enter`].
    pub(super) async fn tell(&mut self, done: f32) -> Result<(), StageError> {
        let now = Instant::now();
        if self.told.is_some_and(|told| now - told < Duration::from_millis(500)) {
            return Ok(());
        }
        self.told = Some(now);
        let (from, to) = share(self.stage);
        let percent = from + (to - from) * done.clamp(0.0, 1.0);
        let mut tx = self.scribe.database.begin(self.actor.clone()).await?;
        let open =
            jobs::store::progress(&mut tx, self.job, self.stage, percent as u8, self.remaining(done)).await?;
        tx.record(Event::of(Action::JobProgressed, self.job));
        tx.commit().await?;
        if open { Ok(()) } else { Err(StageError::Cancelled) }
    }

    /// Time left of the whole job, from the speed of this stage; not before there is something to go by.
    fn remaining(&self, done: f32) -> Option<u64> {
        let (from, to) = share(self.stage);
        let walked = (done - self.begun_at) * (to - from);
        let left = 100.0 - (from + (to - from) * done);
        let spent = self.begun.elapsed().as_secs_f32() * 1000.0;
        (walked > 0.5 && spent > 1000.0).then(|| (spent / walked * left) as u64)
    }
}
