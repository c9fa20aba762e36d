//! What was added to a signed note, and adding to it.

use crate::drawn::{Draw, Drawn, changing};
use leptos::{html, prelude::*};
use shared::{
    Phi,
    notes::{AddendumView, NewAddendum, NoteView},
    permissions::Permission,
};

use crate::{
    api::SignedIn,
    components::{Autogrow, Icon, Loaded, Moment, Refusal, Submit, Work},
    state::{Notices, Session},
};

/// The addenda and the form.
#[component]
pub fn Addenda(shown: NoteView, note: Loaded<NoteView>) -> impl IntoView {
    let session = expect_context::<Session>();
    let id = shown.id;
    let writing = RwSignal::new(false);
    view! {
        <section class="addenda" aria-label="Addenda">
            {shown.addenda.into_iter().map(one).collect_view()}
            {changing(move || session.may(Permission::SignNotes).then(|| if writing.get() {
                view! { <Form id note writing/> }.drawn()
            } else {
                view! {
                    <button type="button" on:click=move |_| writing.set(true)><Icon name="plus"/>"Add addendum"</button>
                }
                .drawn()
            }))}
        </section>
    }
    .drawn()
}

/// One addendum.
pub fn one(addendum: AddendumView) -> Drawn {
    view! {
        <article class="addendum">
            <h3>"Addendum"</h3>
            <p>{addendum.text.into_inner()}</p>
            <p class="hint">{addendum.author_name.into_inner()} ", " <Moment at=addendum.created_at/></p>
        </article>
    }
    .drawn()
}

#[component]
fn Form(id: shared::NoteId, note: Loaded<NoteView>, writing: RwSignal<bool>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let text = RwSignal::new(String::new());
    let area = NodeRef::<html::Textarea>::new();
    let work = Work::new();
    Effect::new(move || {
        if let Some(area) = area.get() {
            let _ = area.focus();
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let form = NewAddendum { text: Phi::new(text.get_untracked().trim().to_owned()) };
        work.run(async move { api.add_addendum(id, &form).await }, move |changed| {
            notices.say("Addendum saved");
            note.put(changed);
        });
    };
    view! {
        <form class="addendum" on:submit=submit>
            <Autogrow label="Addendum" value=text area max=10_000 placeholder="What should be added?"/>
            <p class="hint">"It is dated, carries your name, and cannot be changed afterwards."</p>
            <Refusal of=work.failure()/>
            <div class="actions">
                <button type="button" on:click=move |_| writing.set(false)>"Cancel"</button>
                <Submit label="Save addendum" work disabled=Signal::derive(move || text.with(|text| text.trim().is_empty()))/>
            </div>
        </form>
    }
    .drawn()
}
