//! Signing: what is signed, in figures, and the password again or a passkey (45 CFR 164.312(d)).

use crate::drawn::{Draw, Drawn, changing};
use leptos::{prelude::*, task::spawn_local};
use shared::{errors::ErrorCode, notes::NoteView};

use super::{
    editor::{Editor, Saved},
    risk::{Review, still_open},
};
use crate::{
    api::{SignedIn, passkey},
    components::{Dialog, Field, Icon, Loaded, Refusal, Submit, Work},
    logic::note::{Counts, counts},
    state::{Notices, Session},
};

/// The button and its dialog.
#[component]
pub fn SignButton(
    editor: Editor,
    review: Review,
    note: Loaded<NoteView>,
    on_signed: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    // Everything must be on the server before it can be signed.
    let begin = move |_| {
        spawn_local(async move {
            editor.save().await;
            if editor.saved.get_untracked() == Saved::Yes {
                open.set(true);
            }
        });
    };
    view! {
        <button type="button" class="primary" on:click=begin><Icon name="lock"/>"Sign note"</button>
        <Dialog open id="sign-title" title="Sign this note">
            {changing(move || if review.open() > 0 {
                still_open(review, open)
            } else {
                view! { <SignForm editor note open on_signed/> }.drawn()
            })}
        </Dialog>
    }
    .drawn()
}

#[component]
fn SignForm(
    editor: Editor,
    note: Loaded<NoteView>,
    open: RwSignal<bool>,
    on_signed: Callback<()>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let password = RwSignal::new(String::new());
    let work = Work::new();
    let counts = counts(&editor.sections());
    let wrong = Signal::derive(move || {
        let failure = work.failure().get();
        failure
            .filter(|failure| failure.is(ErrorCode::InvalidCredentials))
            .map(|_| "That is not your password.".to_owned())
    });
    let other = Signal::derive(move || {
        work.failure().get().filter(|failure| !failure.is(ErrorCode::InvalidCredentials))
    });
    let (id, revision) = (editor.id, move || editor.revision());
    let signed = move |signed| {
        open.set(false);
        notices.say("Signed");
        note.put(signed);
        on_signed.run(());
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (password, revision) = (password.get_untracked(), revision());
        work.run(async move { api.sign_note(id, revision, "sign", Some(password)).await }, signed);
    };
    let show = move |_| {
        let revision = revision();
        work.run(async move { api.sign_note(id, revision, "sign", None).await }, signed);
    };
    let has_passkey =
        passkey::are_here() && expect_context::<Session>().me_untracked().is_some_and(|me| me.has_passkey);
    view! {
        <form on:submit=submit>
            {summary(counts)}
            <p>"By signing you say that you have read it and that it is right. It cannot be changed afterwards; you can add to it."</p>
            <Field
                label="Your password, again" id="sign-password" kind="password" autocomplete="current-password"
                value=password problem=wrong required=true autofocus=true
            />
            <Refusal of=other/>
            <div class="actions">
                <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                {has_passkey.then(|| view! { <button type="button" on:click=show>"Sign with a passkey"</button> })}
                <Submit label="Sign" work/>
            </div>
        </form>
    }
    .drawn()
}

fn summary(counts: Counts) -> Drawn {
    view! {
        <ul class="figures">
            <li><strong>{counts.sentences}</strong> {if counts.sentences == 1 { "sentence" } else { "sentences" }}</li>
            <li><strong>{counts.drafted}</strong> "drafted by AI, unchanged"</li>
            <li><strong>{counts.written}</strong> "written or changed by you"</li>
            <li><strong>{counts.empty_sections}</strong> "empty sections"</li>
        </ul>
    }
    .drawn()
}
