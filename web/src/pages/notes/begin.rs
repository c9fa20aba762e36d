//! Asking for a draft, or for another one in another format.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{
    notes::{DraftFrom, NewDraft},
    templates::{NoteFormat, TemplateView},
};

use crate::{
    api::SignedIn,
    components::{Choice, Refusal, Work, fetched},
    pages::sessions::Desk,
};

/// A format, and a button.
#[component]
pub fn AskForDraft(
    desk: Desk,
    /// The format to begin with.
    format: NoteFormat,
    /// What the button says.
    label: &'static str,
    /// Called when the draft was asked for.
    #[prop(into)]
    on_asked: Callback<()>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let chosen = RwSignal::new(format);
    let work = Work::new();
    let templates = fetched(|api| async move { api.list_templates().await });
    let options = Memo::new(move |_| {
        let known = templates.here().map(|page| page.items);
        let all = known
            .unwrap_or_else(|| NoteFormat::ALL.iter().map(|one| one.view()).collect::<Vec<TemplateView>>());
        all.into_iter().map(|one| (one.id.as_str().to_owned(), one.title)).collect::<Vec<_>>()
    });
    let ask = move |_| {
        let form = NewDraft { template_id: chosen.get_untracked(), source: DraftFrom::Transcript };
        work.run(async move { api.draft(desk.id, &form).await }, move |accepted| {
            desk.awaited.set(Some(accepted.job_id));
            on_asked.run(());
        });
    };
    view! {
        <div class="row">
            {changing(move || view! {
                <Choice
                    label="Format" id="format" quiet=true options=options.get()
                    value=Signal::derive(move || chosen.get().as_str().to_owned())
                    on_choose=move |word: String| if let Some(format) = NoteFormat::from_word(&word) { chosen.set(format) }
                />
            })}
            <button
                type="button"
                class="primary"
                disabled=move || work.is_busy() || desk.is_working()
                on:click=ask
            >
                {label}
            </button>
        </div>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
