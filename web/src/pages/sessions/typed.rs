//! Typing what was said, for a session that was not recorded.

use crate::drawn::Draw;
use leptos::{html, prelude::*};
use shared::transcripts::TypedTranscript;

use super::Desk;
use crate::{
    api::SignedIn,
    components::{Autogrow, Dialog, Refusal, Submit, Work},
    logic::typed,
};

/// The dialog.
#[component]
pub fn TypeTranscript(
    /// The session.
    desk: Desk,
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    // Outside the dialog, so that closing it by mistake loses nothing.
    let text = RwSignal::new(String::new());
    let area = NodeRef::<html::Textarea>::new();
    let work = Work::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let form = TypedTranscript { lines: typed::lines(&text.get_untracked()) };
        work.run(async move { api.type_transcript(desk.id, &form).await }, move |transcript| {
            open.set(false);
            desk.transcript.put(Some(transcript));
        });
    };
    view! {
        <Dialog open id="typed-title" title="Type what was said">
            <form on:submit=submit class="typed">
                <p class="hint">
                    "One line each. Begin a line with " <kbd>"T:"</kbd> " for the therapist or " <kbd>"C:"</kbd>
                    " for the client."
                </p>
                <Autogrow
                    label="What was said" value=text area max=1_000_000
                    placeholder="T: How have you been since last week?"
                />
                <Refusal of=work.failure()/>
                <div class="actions">
                    <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                    <Submit label="Save transcript" work disabled=Signal::derive(move || text.with(|text| text.trim().is_empty()))/>
                </div>
            </form>
        </Dialog>
    }
    .drawn()
}
