//! While a recording becomes a transcript, and when it could not.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{errors::ErrorCode, jobs::JobState, notes::NewNote, recordings::Stage, templates::NoteFormat};

use super::{Desk, sound::SoundAdvice};
use crate::{
    api::SignedIn,
    components::{Icon, Refusal, Stepper, Work},
    logic::{time, words},
    state::{Capture, Live},
};

/// The stages, the percent, the time left.
#[component]
pub fn Progress(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let stage = Memo::new(move |_| desk.job.with(|job| job.as_ref().and_then(|job| job.stage)));
    let at = Signal::derive(move || {
        stage.get().and_then(|stage| Stage::ALL.iter().position(|one| *one == stage)).unwrap_or_default()
    });
    let percent = move || desk.job.with(|job| job.as_ref().map_or(0, |job| job.progress.min(100)));
    let left = move || {
        desk.job.with(|job| match job {
            Some(job) if job.state == JobState::Running => {
                job.remaining_ms.map_or("Working out how long it takes".to_owned(), time::left)
            }
            _ => "Waiting for its turn".to_owned(),
        })
    };
    view! {
        <section class="card progress-card" aria-labelledby="progress-title">
            <h2 id="progress-title">"From recording to draft"</h2>
            <p role="status">{changing(move || stage.get().map_or("The recording has arrived.", words::stage))}</p>
            <div class="meter-row">
                <progress aria-label="Progress" max="100" value=move || percent().to_string()></progress>
                <strong class="percent">{changing(move || format!("{} %", percent()))}</strong>
            </div>
            <p class="hint">{left}</p>
            <Stepper steps=Stage::ALL.iter().map(|stage| words::stage(*stage)).collect() at/>
            <p class="hint">"You can leave this page. The work goes on, and everything will be here when you are back."</p>
        </section>
    }
    .drawn()
}

/// Nobody spoke: an end, and a kind one.
#[component]
pub fn NoSpeech(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    view! {
        <section class="card narrow-card">
            <div class="empty">
                <Icon name="mic"/>
                <h2 class="empty-title">"No speech was found"</h2>
                <p>
                    "The recording is there, but nobody can be heard in it, so nothing was drafted. \
                     Perhaps the microphone was muted. You can still write the note yourself."
                </p>
                <SoundAdvice desk/>
                <ByHand desk/>
            </div>
        </section>
    }
    .drawn()
}

/// The recording could not be read, or the job gave up.
#[component]
pub fn Failed(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let live = expect_context::<Live>();
    let work = Work::new();
    let why = move || {
        let of_job = desk.job.with(|job| job.as_ref().and_then(|job| job.error));
        of_job.or_else(|| desk.recording.here().flatten()?.error).unwrap_or(ErrorCode::Internal).title()
    };
    let failed_job = move || {
        desk.job.with(|job| job.as_ref().filter(|job| job.state == JobState::Failed).map(|job| job.id))
    };
    let capture = expect_context::<Capture>();
    let replace = move |_| {
        // What is under way for another session goes on.
        if !capture.is_busy() {
            capture.clear();
        }
        desk.replacing.set(true);
    };
    view! {
        <section class="card narrow-card">
            <div class="empty">
                <Icon name="alert"/>
                <h2 class="empty-title">"This recording could not be turned into text"</h2>
                <p role="status">{why}</p>
                <Refusal of=work.failure()/>
                <div class="row center">
                    {changing(move || failed_job().map(|id| view! {
                        <button
                            type="button"
                            class="primary"
                            disabled=move || work.is_busy()
                            on:click=move |_| work.run(async move { api.retry_job(id).await }, move |job| {
                                live.heard(job);
                                desk.fetch_again();
                            })
                        >
                            "Try again"
                        </button>
                    }))}
                    <button type="button" on:click=replace>"Use another recording"</button>
                    <ByHand desk/>
                </div>
            </div>
        </section>
    }
    .drawn()
}

/// A note without a draft.
#[component]
pub fn ByHand(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let begin = move |_| {
        let form = NewNote { encounter_id: desk.id, template_id: NoteFormat::Soap };
        work.run(async move { api.create_note(&form).await }, move |note| {
            desk.chosen.set(Some(note.id));
            desk.notes.ask_again();
        });
    };
    view! {
        <button type="button" disabled=move || work.is_busy() on:click=begin>"Write the note by hand"</button>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
