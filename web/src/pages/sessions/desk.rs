//! Everything about one session that its parts share: what was fetched, and the job that changes it.

use leptos::{prelude::*, task::spawn_local};
use shared::{
    EncounterId, JobId, NoteId, SegmentId,
    clients::ClientView,
    encounters::EncounterView,
    errors::ErrorCode,
    jobs::{JobState, JobView},
    notes::NoteSummary,
    page::Page,
    recordings::{RecordingState, RecordingView},
    transcripts::TranscriptView,
};

use crate::{
    api::{Failure, SignedIn, browser},
    components::{Loaded, fetched},
    state::Live,
};

/// How often a job is asked for while no events arrive, in milliseconds.
const POLL_MS: u32 = 3_000;

/// One session.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// Which.
    pub id: EncounterId,
    /// The session itself.
    pub encounter: Loaded<EncounterView>,
    /// The client whose chart it is.
    pub client: Loaded<Option<ClientView>>,
    /// Its recording, if there is one.
    pub recording: Loaded<Option<RecordingView>>,
    /// Its transcript, if there is one.
    pub transcript: Loaded<Option<TranscriptView>>,
    /// Its notes.
    pub notes: Loaded<Page<NoteSummary>>,
    /// The note that is open.
    pub chosen: RwSignal<Option<NoteId>>,
    /// The job that is followed.
    pub job: Memo<Option<JobView>>,
    /// A job that was just asked for.
    pub awaited: RwSignal<Option<JobId>>,
    /// The lines that support the sentence one is at.
    pub evidence: RwSignal<Vec<SegmentId>>,
    /// Whether another recording is to take the place of one that failed.
    pub replacing: RwSignal<bool>,
}

impl Desk {
    /// Fetches everything about a session and keeps it fresh.
    pub fn of(id: EncounterId) -> Self {
        let live = expect_context::<Live>();
        let encounter = fetched(move |api| async move { api.load_encounter(id).await });
        let client_id = Memo::new(move |_| encounter.here().and_then(|one| one.client_ids.first().copied()));
        let client = fetched(move |api| {
            let id = client_id.get();
            async move {
                match id {
                    Some(id) => api.load_client(id).await.map(Some),
                    None => Ok(None),
                }
            }
        });
        let recording_id =
            Memo::new(move |_| encounter.here().and_then(|one| one.recording).map(|one| one.id));
        let recording = fetched(move |api| {
            let id = recording_id.get();
            async move {
                match id {
                    Some(id) => api.load_recording(id).await.map(Some),
                    None => Ok(None),
                }
            }
        });
        // A recording on its way has no transcript yet; asking would only be refused.
        let too_early = Memo::new(move |_| {
            let newest = recording.here().flatten().map(|one| one.state);
            let state = newest.or_else(|| encounter.here()?.recording.map(|one| one.state));
            encounter.here().is_none() || state.is_some_and(|state| state != RecordingState::Transcribed)
        });
        let transcript = fetched(move |api| {
            let too_early = too_early.get();
            async move { if too_early { Ok(None) } else { or_none(api.load_transcript(id).await) } }
        });
        let notes = fetched(move |api| async move { api.list_notes(id).await });
        let awaited = RwSignal::new(None);
        let followed = Memo::new(move |_| awaited.get().or_else(|| recording.here().flatten()?.job_id));
        let job = Memo::new(move |_| followed.get().and_then(|id| live.job(id)).or_else(|| live.job_of(id)));
        let desk = Self {
            id,
            encounter,
            client,
            recording,
            transcript,
            notes,
            chosen: RwSignal::new(None),
            job,
            awaited,
            evidence: RwSignal::new(Vec::new()),
            replacing: RwSignal::new(false),
        };
        follow_job(followed, live);
        desk.fetch_again_when_the_job_moves();
        desk
    }

    /// Whether a job is at work on this session.
    pub fn is_working(self) -> bool {
        self.job.with(|job| {
            job.as_ref().is_some_and(|job| matches!(job.state, JobState::Queued | JobState::Running))
        })
    }

    fn fetch_again_when_the_job_moves(self) {
        let step =
            Memo::new(move |_| self.job.with(|job| job.as_ref().map(|job| (job.id, job.state, job.stage))));
        Effect::new(move |before: Option<Option<_>>| {
            let now = step.get();
            let began_before = before.flatten().is_some();
            // A job can be over before it is heard of: what was fetched a moment earlier does not know.
            let is_over = !matches!(now, None | Some((_, JobState::Queued | JobState::Running, _)));
            let was_missed = is_over && !self.is_read_out();
            if (now.is_some() && began_before) || was_missed {
                self.fetch_again();
                if let Some((_, JobState::Succeeded, _)) = now {
                    let made = self.job.with_untracked(|job| job.as_ref().and_then(|job| job.note_id));
                    if made.is_some() {
                        self.chosen.set(made);
                    }
                }
            }
            now
        });
    }

    /// Whether the recording is known to have come to its end.
    fn is_read_out(self) -> bool {
        let state = self.recording.here_untracked().flatten().map(|one| one.state);
        !matches!(state, None | Some(RecordingState::Stored | RecordingState::Processing))
    }

    /// Asks for everything that a job may have changed.
    pub fn fetch_again(self) {
        self.encounter.ask_again();
        self.recording.ask_again();
        self.transcript.ask_again();
        self.notes.ask_again();
    }
}

/// Asks how far a job is: once, and then again and again while no events arrive.
fn follow_job(followed: Memo<Option<JobId>>, live: Live) {
    let api = expect_context::<SignedIn>();
    let gone = StoredValue::new(());
    Effect::new(move || {
        let Some(id) = followed.get() else { return };
        spawn_local(async move {
            let mut first = true;
            // The stored value goes with the page.
            while gone.try_get_value().is_some() && followed.try_get_untracked().flatten() == Some(id) {
                let known = live.job_untracked(id);
                let open = known
                    .as_ref()
                    .is_none_or(|job| matches!(job.state, JobState::Queued | JobState::Running));
                if (first || (open && !live.is_connected_untracked()))
                    && let Ok(job) = api.load_job(id).await
                {
                    live.heard(job);
                }
                first = false;
                browser::sleep_ms(POLL_MS).await;
            }
        });
    });
}

/// No transcript yet is not a failure here.
fn or_none(answer: Result<TranscriptView, Failure>) -> Result<Option<TranscriptView>, Failure> {
    match answer {
        Err(failure) if failure.is(ErrorCode::NotFound) || failure.is(ErrorCode::NoTranscript) => Ok(None),
        other => other.map(Some),
    }
}
