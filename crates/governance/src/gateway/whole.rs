//! Speech to text of a whole recording, by a service that hears it elsewhere and is asked again until it has.
//!
//! What the sound and the work on it are called there is written into the ledger before the next step: if this process is gone,
//! the next run of the job goes on with the same work, and what nobody needs any more is removed there.

use std::{sync::Arc, time::Duration};

use access::{AccessError, Actor, Tx};
use audit::{Action, Event};
use bytes::BytesMut;
use futures_util::TryStreamExt;
use remote::ServiceError;
use shared::{AiCallId, EncounterId, governance::AiPurpose};
use speech::{PieceText, RecordingTranscriber, TranscribeError, WholeRecording};

use super::{CallContext, Gateway, GatewayError, Governed, SpeechEngine, call::Begun};
use crate::ledger::{
    Usage,
    store::{self, Left},
};

/// After this a service is taken to have forgotten what it was asked.
const PATIENCE: Duration = Duration::from_hours(3);

/// How a session is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    /// A piece at a time.
    Pieces,
    /// As a whole.
    Recordings,
}

/// A recording that is being heard elsewhere.
pub struct Hearing {
    begun: Begun,
    engine: Arc<SpeechEngine>,
    sound: String,
    work: String,
    sound_ms: u64,
}

impl Hearing {
    /// How long to wait before looking again.
    pub fn pause(&self) -> Duration {
        self.engine.recordings().map_or(Duration::ZERO, RecordingTranscriber::pause)
    }
}

impl std::fmt::Debug for Hearing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hearing")
    }
}

impl Gateway {
    /// How the engine that hears a session wants to be asked.
    ///
    /// # Errors
    /// The database fails.
    pub async fn listening(&self, actor: &Actor, encounter: EncounterId) -> Result<Listening, AccessError> {
        let mut tx = self.database.begin(actor.clone()).await?;
        let in_use = self.transcribers.in_use(&mut tx, AiPurpose::Transcription, Some(encounter)).await;
        tx.end().await?;
        let (_, engine) = in_use?;
        let whole = engine.is_some_and(|engine| engine.recordings().is_some());
        Ok(if whole { Listening::Recordings } else { Listening::Pieces })
    }

    /// Has a recording heard elsewhere, or goes on with the work that an earlier run of the same job has left there.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn begin_hearing(
        &self,
        call: &CallContext,
        recording: &WholeRecording,
    ) -> Result<Hearing, GatewayError> {
        let input_hash = self.hash_recording(call, recording).await?;
        let (begun, engine) =
            self.begin(call, &self.transcribers, AiPurpose::Transcription, input_hash).await?;
        let Some(there) = engine.recordings() else {
            // The practice has chosen another a moment ago; the job comes back, and begins with that.
            return Err(self.fail(call, begun, GatewayError::Engine).await);
        };
        match self.order(call, &begun, there, recording).await {
            Ok((sound, work)) => {
                Ok(Hearing { begun, engine, sound, work, sound_ms: recording.milliseconds() })
            }
            Err(error) => Err(self.fail(call, begun, error).await),
        }
    }

    async fn order(
        &self,
        call: &CallContext,
        begun: &Begun,
        there: &dyn RecordingTranscriber,
        recording: &WholeRecording,
    ) -> Result<(String, String), GatewayError> {
        let tx = self.database.begin_reading(call.actor.clone()).await?;
        let left = match call.job_id {
            Some(job) => store::left_by_job(&tx, job).await,
            None => Ok(None),
        };
        tx.end().await?;
        let left = left?.filter(|left| left.system == begun.system_id);
        let (sound, work) = match left {
            Some(Left { sound, work: Some(work), .. }) => (sound, Some(work)),
            Some(Left { sound, .. }) => {
                let work = there.find(&sound).await?;
                (sound, work)
            }
            None => (there.bring(recording).await?, None),
        };
        self.note(call, begun.id, &sound, work.as_deref()).await?;
        if let Some(work) = work {
            return Ok((sound, work));
        }
        let work = there.order(&sound, recording).await?;
        self.note(call, begun.id, &sound, Some(&work)).await?;
        Ok((sound, work))
    }

    async fn note(
        &self,
        call: &CallContext,
        id: AiCallId,
        sound: &str,
        work: Option<&str>,
    ) -> Result<(), AccessError> {
        let mut tx = self.database.begin(call.actor.clone()).await?;
        store::note_remote(&mut tx, id, sound, work).await?;
        tx.record(Event::of(Action::AiCallSentElsewhere, id));
        tx.commit().await
    }

    /// The text, if it is there by now; otherwise the hearing goes on, as long as no rule forbids it: then what is there is
    /// removed.
    ///
    /// # Errors
    /// [`GatewayError`]; the hearing is over.
    pub async fn look(
        &self,
        call: &CallContext,
        hearing: Hearing,
    ) -> Result<Result<Governed<PieceText>, Hearing>, GatewayError> {
        let Some(there) = hearing.engine.recordings() else { return Ok(Err(hearing)) };
        if let Some(code) = self.forbidden(call, &hearing.begun).await? {
            return Err(self.give_up(call, hearing, GatewayError::Forbidden(code)).await);
        }
        let error = match there.answer(&hearing.work).await {
            Ok(Some(text)) => {
                let usage = Usage { sound_ms: Some(hearing.sound_ms), ..Usage::default() };
                return self.end(call, hearing.begun, Ok::<_, GatewayError>((text, usage))).await.map(Ok);
            }
            Ok(None) if hearing.begun.at.elapsed() < PATIENCE => return Ok(Err(hearing)),
            // It is still there, and the job goes on with it, now or once somebody has seen to the key.
            Err(TranscribeError::Service(error))
                if error.may_pass() || matches!(error, ServiceError::NotAccepted(_)) =>
            {
                error.into()
            }
            _failed => {
                self.remove_at_once(call, there, &hearing).await?;
                GatewayError::Engine
            }
        };
        Err(self.fail(call, hearing.begun, error).await)
    }

    /// Ends a hearing of which nothing is wanted any more. The answer is what whoever asked is told.
    pub async fn give_up(&self, call: &CallContext, hearing: Hearing, why: GatewayError) -> GatewayError {
        if let Some(there) = hearing.engine.recordings()
            && let Err(error) = self.remove_at_once(call, there, &hearing).await
        {
            return self.fail(call, hearing.begun, error.into()).await;
        }
        self.fail(call, hearing.begun, why).await
    }

    /// Removes what a hearing has there. If that does not work, it is tried again later.
    async fn remove_at_once(
        &self,
        call: &CallContext,
        there: &dyn RecordingTranscriber,
        hearing: &Hearing,
    ) -> Result<(), AccessError> {
        let left = Left {
            call: hearing.begun.id,
            system: hearing.begun.system_id,
            sound: hearing.sound.clone(),
            work: Some(hearing.work.clone()),
        };
        self.remove(&call.actor, there, left).await.map(drop)
    }

    /// Removes what calls have left elsewhere that nobody needs any more: their answer is kept, or their job has ended.
    /// Returns how many still have something there, because a service does not answer or is not set up any more.
    ///
    /// # Errors
    /// The database fails.
    pub async fn remove_left(&self, actor: &Actor) -> Result<usize, AccessError> {
        let tx = self.database.begin_reading(actor.clone()).await?;
        let left = self.list_left(&tx).await;
        tx.end().await?;
        let mut remain = 0;
        for (left, engine) in left? {
            let there = engine.as_deref().and_then(SpeechEngine::recordings);
            let removed = match there {
                Some(there) => self.remove(actor, there, left).await?,
                None => false,
            };
            remain += usize::from(!removed);
        }
        Ok(remain)
    }

    async fn list_left(&self, tx: &Tx) -> Result<Vec<(Left, Option<Arc<SpeechEngine>>)>, AccessError> {
        let left = store::list_left(tx).await?;
        if left.is_empty() {
            return Ok(Vec::new());
        }
        let systems = crate::systems::store::list(tx).await?;
        let engine = |left: &Left| {
            let system = systems.iter().find(|system| system.id == left.system)?;
            self.transcribers.named(&system.key)
        };
        let found = left.into_iter().map(|left| {
            let engine = engine(&left);
            (left, engine)
        });
        Ok(found.collect())
    }

    /// Says whether it is gone there.
    async fn remove(
        &self,
        actor: &Actor,
        there: &dyn RecordingTranscriber,
        left: Left,
    ) -> Result<bool, AccessError> {
        let removed = async {
            let work = match left.work {
                Some(work) => Some(work),
                None => there.find(&left.sound).await?,
            };
            // A sound of which no work was ordered has no name by which it could be removed.
            match work {
                Some(work) => there.remove(&work).await,
                None => Ok(()),
            }
        }
        .await;
        if let Err(error) = removed {
            tracing::warn!(ai_call_id = %left.call, %error, "what a call left elsewhere is not removed yet");
            return Ok(false);
        }
        let mut tx = self.database.begin(actor.clone()).await?;
        store::note_removed(&mut tx, left.call).await?;
        tx.record(Event::of(Action::AiCallRemovedElsewhere, left.call));
        tx.commit().await?;
        Ok(true)
    }

    /// A chain of keyed hashes over the sound, a mebibyte at a time, as no recording is held as a whole.
    async fn hash_recording(
        &self,
        call: &CallContext,
        recording: &WholeRecording,
    ) -> Result<[u8; 32], GatewayError> {
        const LINK: usize = 1 << 20;
        let key = self.database.key_of(call.actor.practice_id()).await?;
        let mut sound = (recording.open)();
        let (mut chained, mut held) = ([0; 32], BytesMut::new());
        loop {
            let more = sound.try_next().await.map_err(|error| GatewayError::Sound(error.into()))?;
            let over = more.is_none();
            held.extend_from_slice(&more.unwrap_or_default());
            while held.len() >= LINK || (over && !held.is_empty()) {
                let link = held.split_to(LINK.min(held.len()));
                chained = key.keyed_hash("ai call input chain", &[&chained, &link]);
            }
            if over {
                return self.hash_input(call, &chained).await;
            }
        }
    }
}
