//! Chooses what a session's page shows: capture, progress, what went wrong, or the workspace.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{EncounterId, encounters::EncounterView, permissions::Permission, recordings::RecordingState};

use super::{Desk, capture::CapturePanel, progress, settings::Settings, workspace::Workspace};
use crate::{
    components::{Empty, Fetch, Icon, PageTitle, skeleton},
    pages::{NotFound, clients::full_name},
    state::{Capture, Session, capture::Doing},
};

/// The page.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<EncounterId>().ok()));
    let session = expect_context::<Session>();
    move || match id.get() {
        Some(_) if !session.may(Permission::ReadTranscripts) => {
            view! { <Empty icon="lock" title="Your role does not open sessions"/> }.drawn()
        }
        Some(id) => view! { <OneSession id/> }.drawn(),
        None => view! { <NotFound/> }.drawn(),
    }
}

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Waiting,
    Capture,
    Progress,
    NoSpeech,
    Failed,
    Workspace,
}

#[component]
fn OneSession(id: EncounterId) -> impl IntoView {
    let desk = Desk::of(id);
    provide_context(desk);
    let capture = expect_context::<Capture>();
    Effect::new(move || {
        if let Doing::Done(_) = capture.doing_for(id) {
            // What hangs on the recording follows by itself.
            desk.replacing.set(false);
            desk.encounter.ask_again();
        }
    });
    let shows = Memo::new(move |_| shows(desk));
    let client = Signal::derive(move || desk.client.here().flatten());
    let title = Signal::derive(move || client.get().as_ref().map_or("Session".to_owned(), full_name));
    let back = move || client.get().map_or("/clients".to_owned(), |client| format!("/clients/{}", client.id));
    view! {
        <div class="page" class:wide=move || shows.get() == Shows::Workspace>
            <a class="back" href=back><Icon name="back"/>{changing(move || title.get())}</a>
            <div class="page-head session-head">
                <PageTitle title="Session".to_owned()/>
                <Settings desk/>
            </div>
            {changing(move || match shows.get() {
                Shows::Waiting => view! { <Fetch of=desk.encounter view={|_: EncounterView| skeleton()}/> }.drawn(),
                Shows::Capture => view! { <CapturePanel desk/> }.drawn(),
                Shows::Progress => view! { <progress::Progress desk/> }.drawn(),
                Shows::NoSpeech => view! { <progress::NoSpeech desk/> }.drawn(),
                Shows::Failed => view! { <progress::Failed desk/> }.drawn(),
                Shows::Workspace => view! { <Workspace desk/> }.drawn(),
            })}
        </div>
    }
    .drawn()
}

fn shows(desk: Desk) -> Shows {
    let Some(encounter) = desk.encounter.here() else { return Shows::Waiting };
    let Some(notes) = desk.notes.here() else { return Shows::Waiting };
    let has_note = !notes.items.is_empty();
    let newest = desk.recording.here().flatten().map(|recording| recording.state);
    let state = newest.or(encounter.recording.map(|recording| recording.state));
    let Some(transcript) = desk.transcript.here() else {
        return if state.is_some_and(|state| state != RecordingState::Transcribed) {
            of_state(desk, state, has_note)
        } else {
            Shows::Waiting
        };
    };
    match state {
        None if transcript.is_some() || has_note => Shows::Workspace,
        Some(RecordingState::Transcribed) if transcript.is_none() => Shows::Waiting,
        state => of_state(desk, state, has_note),
    }
}

fn of_state(desk: Desk, state: Option<RecordingState>, has_note: bool) -> Shows {
    match state {
        _ if has_note => Shows::Workspace,
        None => Shows::Capture,
        Some(RecordingState::Stored | RecordingState::Processing) => Shows::Progress,
        Some(RecordingState::Transcribed) => Shows::Workspace,
        Some(RecordingState::NoSpeechCaptured) => Shows::NoSpeech,
        Some(RecordingState::Failed) if desk.replacing.get() => Shows::Capture,
        Some(RecordingState::Failed) => Shows::Failed,
    }
}
