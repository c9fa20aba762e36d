//! Answering for a note that somebody in training has signed: the second signature, or giving it back.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    Phi,
    notes::{GiveBackNote, NoteView},
    permissions::Permission,
};

use crate::{
    api::SignedIn,
    components::{Dialog, Field, Icon, Loaded, Refusal, Submit, Work},
    state::Session,
};

/// What stands above a note that waits.
#[component]
pub fn Answer(shown: NoteView, note: Loaded<NoteView>) -> impl IntoView {
    let session = expect_context::<Session>();
    let me = session.me_untracked();
    let own = me.is_some_and(|me| shown.signature.as_ref().is_some_and(|it| it.signer_id == me.user.id));
    let may = !own && untrack(|| session.may(Permission::CoSignNotes));
    let (open, back) = (RwSignal::new(false), RwSignal::new(false));
    let begin = move |gives_back: bool| {
        back.set(gives_back);
        open.set(true);
    };
    view! {
        <div class="banner warn">
            <Icon name="lock"/>
            <p class="grow">"It waits for a second signature. Nothing in it changes meanwhile."</p>
            {may.then(|| view! {
                <button type="button" on:click=move |_| begin(true)>"Give back"</button>
                <button type="button" class="primary" on:click=move |_| begin(false)>"Co-sign"</button>
            })}
        </div>
        <Dialog open id="answer-title" title="Answer for this note">
            <AnswerForm id=shown.id revision=shown.revision back=back.get_untracked() open note/>
        </Dialog>
    }
    .drawn()
}

#[component]
fn AnswerForm(
    id: shared::NoteId,
    revision: i32,
    back: bool,
    open: RwSignal<bool>,
    note: Loaded<NoteView>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let typed = RwSignal::new(String::new());
    let work = Work::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = Phi::new(typed.get_untracked());
        work.run(
            async move {
                if back {
                    api.give_back_note(id, revision, &GiveBackNote { reason: text }).await
                } else {
                    api.sign_note(id, revision, "co-sign", Some(text.into_inner())).await
                }
            },
            move |answered| {
                open.set(false);
                note.put(answered);
            },
        );
    };
    let (words, label, kind, autocomplete, done) = if back {
        (
            "It becomes a draft again, and whoever signed it sees what you write here.",
            "What is to be changed",
            "text",
            "off",
            "Give back",
        )
    } else {
        (
            "By signing you say that you have read it and answer for it. It cannot be changed afterwards.",
            "Your password, again",
            "password",
            "current-password",
            "Co-sign",
        )
    };
    view! {
        <form on:submit=submit>
            <p>{words}</p>
            <Field label id="answer" kind autocomplete value=typed required=true autofocus=true/>
            <Refusal of=work.failure()/>
            <div class="actions"><Submit label=done work/></div>
        </form>
    }
    .drawn()
}
