//! A client's sessions, newest first, and a new one.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    ClientId,
    encounters::{EncounterView, Modality, NewEncounter, Setting},
    notes::{NoteStatus, NoteSummary},
    page::Page,
    permissions::Permission,
    recordings::RecordingState,
};

use crate::{
    api::{SignedIn, browser},
    components::{Empty, Fetch, Icon, Loaded, Moment, More, Refusal, Work, fetched},
    logic::words,
    state::Session,
};

/// The list.
#[component]
pub fn Sessions(
    /// Whose.
    client: ClientId,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let sessions = fetched(move |api| async move { api.list_encounters(client, None).await });
    // Whoever plans or bills sees when sessions are, and what they cost; there is nothing to open.
    let opens = session.me_untracked().is_some_and(|me| me.role.may(Permission::ReadTranscripts));
    let notes = opens.then(|| fetched(move |api| async move { api.list_notes_of(client).await }));
    let work = Work::new();
    let navigate = StoredValue::new_local(use_navigate());
    let begin = move |_| {
        let form = NewEncounter {
            client_ids: vec![client],
            modality: Modality::Individual,
            setting: Setting::InPerson,
            scheduled_start: None,
            started_at: browser::now_utc(),
            ended_at: None,
            cpt_code: None,
            participants: Vec::new(),
        };
        work.run(async move { api.create_encounter(&form).await }, move |encounter: EncounterView| {
            if !opens {
                return sessions.ask_again();
            }
            navigate.with_value(|navigate| {
                navigate(&format!("/sessions/{}", encounter.id), NavigateOptions::default());
            });
        });
    };
    view! {
        <section class="card" aria-labelledby="sessions-title">
            <div class="card-head">
                <h2 id="sessions-title">"Sessions"</h2>
                {changing(move || session.may(Permission::WriteEncounters).then(|| view! {
                    <button type="button" class="primary" disabled=move || work.is_busy() on:click=begin>
                        <Icon name="plus"/>
                        "New session"
                    </button>
                }))}
            </div>
            <Refusal of=work.failure()/>
            <Fetch
                of=sessions
                view={move |page: Page<EncounterView>| {
                    if page.items.is_empty() {
                        return view! { <Empty icon="clock" title="No sessions yet"/> }.drawn();
                    }
                    view! {
                        <ul class="rows inset">
                            {page.items.into_iter().map(|one| view! { <Row one notes/> }).collect_view()}
                        </ul>
                        <More of=sessions ask=move |cursor| api.list_encounters(client, Some(cursor))/>
                    }
                    .drawn()
                }}
            />
        </section>
    }
    .drawn()
}

#[component]
fn Row(one: EncounterView, notes: Option<Loaded<Page<NoteSummary>>>) -> impl IntoView {
    let id = one.id;
    let status = move || {
        notes?.here().and_then(|page| {
            let mut of_this =
                page.items.into_iter().filter(|note| note.encounter_id == id).collect::<Vec<_>>();
            of_this.sort_by_key(|note| note.status != NoteStatus::Signed);
            of_this.first().map(|note| note.status)
        })
    };
    let recording = one.recording.clone();
    let badge = move || match (status(), recording.as_ref().map(|recording| recording.state)) {
        (Some(NoteStatus::Signed), _) => {
            view! { <span class="badge good"><Icon name="lock"/>"Signed"</span> }.drawn()
        }
        (Some(NoteStatus::AwaitingCoSignature), _) => {
            view! { <span class="badge warn">"Waits for a second signature"</span> }.drawn()
        }
        (Some(NoteStatus::Draft), _) => view! { <span class="badge accent">"Draft"</span> }.drawn(),
        (None, Some(state)) => {
            let bad = matches!(state, RecordingState::Failed | RecordingState::NoSpeechCaptured);
            view! { <span class="badge" class:warn=bad>{words::recording_state(state)}</span> }.drawn()
        }
        (None, None) => view! { <span class="badge">"New"</span> }.drawn(),
    };
    let when = view! {
        <span class="grow">
            <strong><Moment at=one.started_at.or(one.scheduled_start).unwrap_or(one.created_at)/></strong>
            <span class="hint block">
                {words::modality(one.modality)} ", " {words::setting(one.setting).to_lowercase()}
            </span>
        </span>
    };
    if notes.is_none() {
        let code = one.cpt_code.map(|code| view! { <span class="badge">"CPT " {code}</span> });
        return view! { <li><div class="client-row">{when} {code}</div></li> }.drawn();
    }
    view! {
        <li>
            <a class="client-row" href=format!("/sessions/{id}")>
                {when}
                {badge}
                <Icon name="next"/>
            </a>
        </li>
    }
    .drawn()
}
