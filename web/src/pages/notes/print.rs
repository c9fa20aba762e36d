//! A note on paper.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{
    NoteId,
    clients::ClientView,
    encounters::EncounterView,
    notes::{NoteStatus, NoteView},
};

use super::{addenda, signed::SignatureLine};
use crate::{
    api::browser,
    components::{Fetch, Icon, Moment, PageTitle, Refusal, Work, day, fetched, save_button},
    logic::{note, words},
    pages::{NotFound, clients::full_name},
    state::Session,
};

/// The page.
#[component]
pub fn PrintPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<NoteId>().ok()));
    move || match id.get() {
        Some(id) => view! { <OnPaper id/> }.drawn(),
        None => view! { <NotFound/> }.drawn(),
    }
}

#[component]
fn OnPaper(id: NoteId) -> impl IntoView {
    let all = fetched(move |api| async move {
        let note = api.load_note(id).await?;
        let client = api.load_client(note.client_id).await?;
        let encounter = api.load_encounter(note.encounter_id).await?;
        Ok((note, client, encounter))
    });
    view! {
        <div class="page paper">
            <Fetch
                of=all
                view={|(note, client, encounter): (NoteView, ClientView, EncounterView)| paper(note, &client, &encounter)}
            />
        </div>
    }
    .drawn()
}

fn paper(note: NoteView, client: &ClientView, encounter: &EncounterView) -> Drawn {
    let format = note.template_id;
    let unfinished = match note.status {
        NoteStatus::Draft => Some("A draft, not signed."),
        NoteStatus::AwaitingCoSignature => Some("It waits for a second signature."),
        NoteStatus::Signed => None,
    };
    let (work, id) = (Work::new(), note.id);
    let file = |label, format: &str, name| {
        save_button(label, format!("/notes/{id}/export?format={format}"), name, work)
    };
    let practice = expect_context::<Session>().me_untracked().map(|me| me.practice.name.into_inner());
    view! {
        <div class="row spread no-print">
            <a class="back" href=format!("/sessions/{}", note.encounter_id)><Icon name="back"/>"Session"</a>
            {file("Save as PDF", "pdf", "note.pdf")}
            {file("Save as FHIR", "fhir", "note.json")}
            {file("Save as text", "text", "note.txt")}
            <button
                type="button"
                class="primary"
                on:click=move |_| {
                    let _ = browser::window().print();
                }
            >
                <Icon name="print"/>
                "Print"
            </button>
        </div>
        <Refusal of=work.failure()/>
        <p class="muted">{practice}</p>
        <PageTitle title=format!("{} note", format.title())/>
        {unfinished.map(|words| view! { <p class="banner warn">{words}</p> })}
        <dl class="facts paper-facts">
            <div><dt>"Client"</dt><dd>{full_name(client)}</dd></div>
            {client.date_of_birth.as_ref().map(|date| view! { <div><dt>"Born"</dt><dd>{day(*date.reveal())}</dd></div> })}
            <div><dt>"Session"</dt><dd><Moment at=encounter.started_at.unwrap_or(encounter.created_at)/></dd></div>
            <div>
                <dt>"Kind"</dt>
                <dd>{words::modality(encounter.modality)} ", " {words::setting(encounter.setting).to_lowercase()}</dd>
            </div>
        </dl>
        {note
            .sections
            .into_iter()
            .map(|section| {
                let prompt = note::prompt(format, &section.key);
                let empty = section.sentences.is_empty();
                view! {
                    <section class="paper-section">
                        <h2>{section.title}</h2>
                        {empty.then(|| view! { <p class="prompt">{prompt}</p> })}
                        {section
                            .sentences
                            .into_iter()
                            .map(|sentence| view! { <p>{sentence.text.into_inner()}</p> })
                            .collect_view()}
                    </section>
                }
            })
            .collect_view()}
        {note.signature.into_iter().chain(note.co_signature).map(|signature| view! { <SignatureLine signature/> }).collect_view()}
        {note.addenda.into_iter().map(addenda::one).collect_view()}
    }
    .drawn()
}
