//! Before there is sound: consent first, then the microphone or a file.

mod consent;
mod engines;
mod interrupted;
mod recorder;
mod sending;

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, HtmlInputElement};

use self::{
    consent::ConsentGate,
    engines::Engines,
    interrupted::{ArrivedElsewhere, CutOff},
    recorder::Recorder,
    sending::SendingPanel,
};
use super::{Desk, progress::ByHand, typed::TypeTranscript};
use crate::{
    components::{Icon, fetched},
    state::{Capture, capture::Doing},
};

/// What the server accepts; it looks at the content again.
const KINDS: &str = "audio/*,.wav,.mp3,.m4a,.aac,.flac,.ogg,.oga,.opus,.webm";

/// The panel.
#[component]
pub fn CapturePanel(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let capture = expect_context::<Capture>();
    let clients = Memo::new(move |_| desk.encounter.here().map(|one| one.client_ids).unwrap_or_default());
    let missing = fetched(move |api| {
        let clients = clients.get();
        async move { consent::missing(api, desk.id, clients).await }
    });
    let allowed = Memo::new(move |_| missing.here().is_some_and(|missing| missing.is_empty()));
    let sending =
        Memo::new(move |_| matches!(capture.doing_for(desk.id), Doing::Sending(_) | Doing::Done(_)));
    let recording = Memo::new(move |_| {
        matches!(capture.doing_for(desk.id), Doing::Recording | Doing::Paused | Doing::Asking)
    });
    let cut_off = Memo::new(move |_| matches!(capture.doing_for(desk.id), Doing::Interrupted(_)));
    // What arrives from this page is the recorder's to tell.
    let elsewhere = Memo::new(move |_| {
        let here =
            capture.busy_with() == Some(desk.id) || matches!(capture.doing_for(desk.id), Doing::Done(_));
        desk.encounter.here().and_then(|one| one.arriving).filter(|_| !here)
    });
    let typing = RwSignal::new(false);
    move || {
        if sending.get() {
            return view! { <SendingPanel desk/> }.drawn();
        }
        if cut_off.get() {
            return view! { <CutOff desk/> }.drawn();
        }
        if let Some(arriving) = elsewhere.get() {
            return view! { <ArrivedElsewhere desk arriving/> }.drawn();
        }
        view! {
            <div class="capture">
                <ConsentGate missing/>
                <div class="capture-ways">
                    <Recorder desk allowed/>
                    {changing(move || (!recording.get()).then(|| view! { <FileDrop desk allowed/> }))}
                </div>
                <Engines desk/>
                {changing(move || (!recording.get()).then(|| view! {
                    <div class="row center">
                        <span class="muted">"Nothing to record?"</span>
                        <button type="button" on:click=move |_| typing.set(true)>"Type what was said"</button>
                        <ByHand desk/>
                    </div>
                }))}
                <TypeTranscript desk open=typing/>
            </div>
        }
        .drawn()
    }
}

/// Dropping or choosing a file.
#[component]
fn FileDrop(desk: Desk, allowed: Memo<bool>) -> impl IntoView {
    let capture = expect_context::<Capture>();
    let over = RwSignal::new(false);
    let unfinished = Capture::has_unfinished(desk.id);
    let send = move |files: Option<web_sys::FileList>| {
        if let Some(file) = files.and_then(|files| files.get(0)).filter(|_| allowed.get_untracked()) {
            capture.send_file(desk.id, &file);
        }
    };
    view! {
        <section
            class="card way drop"
            class:over=move || over.get()
            class:disabled=move || !allowed.get()
            aria-labelledby="file-title"
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(allowed.get_untracked());
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event: DragEvent| {
                event.prevent_default();
                over.set(false);
                send(event.data_transfer().and_then(|transfer| transfer.files()));
            }
        >
            <span class="way-icon"><Icon name="upload"/></span>
            <h2 id="file-title">"Send a file"</h2>
            <p class="hint" id="file-hint">
                {if unfinished {
                    "An upload was begun here. Choose the same file and it goes on where it stopped."
                } else {
                    "Drop it here, or choose it. wav, mp3, m4a, flac, ogg or webm, up to 500 MB."
                }}
            </p>
            <label class="button" class:disabled=move || !allowed.get()>
                <input
                    type="file"
                    id="audio-file"
                    class="visually-hidden"
                    accept=KINDS
                    aria-describedby="file-hint"
                    disabled=move || !allowed.get()
                    on:change=move |event| {
                        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
                        send(input.and_then(|input| input.files()));
                    }
                />
                "Choose a file"
            </label>
        </section>
    }
    .drawn()
}
