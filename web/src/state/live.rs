//! What the server is doing, as it tells it: the stream of events of the signed-in person.
//!
//! Read with `fetch`, because an `EventSource` cannot send the access token in a header.

use leptos::{prelude::*, task::spawn_local};
use shared::{EncounterId, JobId, jobs::JobView, permissions::Permission};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::{Phase, Session};
use crate::{
    api::{Answer, Call, SignedIn, browser, json},
    logic::{backoff, sse::Reader},
};

/// The newest word about every job that was heard of.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    connected: RwSignal<bool>,
    jobs: RwSignal<Vec<JobView>>,
}

impl Live {
    /// Listens whenever somebody is signed in.
    pub fn follow(session: Session) -> Self {
        let live = Self { connected: RwSignal::new(false), jobs: RwSignal::new(Vec::new()) };
        let signed_in = Memo::new(move |_| {
            let me = session.me().filter(|me| me.permissions.contains(&Permission::ReadJobs));
            me.map(|me| me.user.id)
        });
        Effect::new(move || {
            live.jobs.set(Vec::new());
            if signed_in.get().is_none() {
                return;
            }
            let Ok(controller) = AbortController::new() else { return };
            let controller = StoredValue::new_local(controller);
            on_cleanup(move || {
                let _ = controller.try_with_value(AbortController::abort);
            });
            if let Some(signal) = controller.try_with_value(AbortController::signal) {
                spawn_local(live.listen(session, signal));
            }
        });
        live
    }

    /// The newest word about a job.
    pub fn job(self, id: JobId) -> Option<JobView> {
        self.jobs.with(|jobs| find(jobs, id))
    }

    /// Whether events arrive by themselves; if not, one has to ask.
    pub fn is_connected_untracked(self) -> bool {
        self.connected.get_untracked()
    }

    /// As [`Live::job`], for code that does not draw.
    pub fn job_untracked(self, id: JobId) -> Option<JobView> {
        self.jobs.with_untracked(|jobs| find(jobs, id))
    }

    /// The newest job of a session that was heard of.
    pub fn job_of(self, encounter: EncounterId) -> Option<JobView> {
        self.jobs.with(|jobs| {
            jobs.iter().filter(|job| job.encounter_id == encounter).max_by_key(|job| job.created_at).cloned()
        })
    }

    /// Takes in what was heard by asking. Older news than what is known is ignored.
    pub fn heard(self, job: JobView) {
        let known = self.jobs.with_untracked(|jobs| find(jobs, job.id));
        if known.is_none_or(|known| known.updated_at <= job.updated_at && known != job) {
            self.jobs.update(|jobs| {
                jobs.retain(|one| one.id != job.id);
                jobs.push(job);
            });
        }
    }

    async fn listen(self, session: Session, signal: web_sys::AbortSignal) {
        let mut reader = Reader::default();
        let mut attempt = 0;
        while !signal.aborted() && matches!(session.phase_untracked(), Phase::In(_)) {
            let mut call = Call::get("/events").header("Accept", "text/event-stream");
            if let Some(id) = reader.last_id() {
                call = call.header("Last-Event-ID", id);
            }
            if let Ok(answer) = SignedIn::of(session).send(call.until(Some(signal.clone()))).await {
                self.connected.set(true);
                attempt = 0;
                self.read(answer, &mut reader).await;
                reader.cut();
            }
            self.connected.set(false);
            browser::sleep_ms(backoff::delay_ms(attempt, browser::chance())).await;
            attempt += 1;
        }
    }

    async fn read(self, answer: Answer, reader: &mut Reader) -> Option<()> {
        let stream: ReadableStreamDefaultReader = answer.stream()?.get_reader().unchecked_into();
        loop {
            let piece = JsFuture::from(stream.read()).await.ok()?;
            if browser::property(&piece, "done")?.is_truthy() {
                return None;
            }
            let bytes: js_sys::Uint8Array = browser::property(&piece, "value")?.unchecked_into();
            for event in reader.push(&bytes.to_vec()) {
                if event.name == "job"
                    && let Ok(job) = json::from_text::<JobView>(&event.data)
                {
                    self.heard(job);
                }
            }
        }
    }
}

fn find(jobs: &[JobView], id: JobId) -> Option<JobView> {
    jobs.iter().find(|job| job.id == id).cloned()
}
