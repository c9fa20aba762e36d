//! The second step again, for what is dear: a passkey, or a code.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use super::entrance::{CODE, RECOVERY_CODE};
use crate::{
    api::{SignedIn, passkey},
    components::{Dialog, Work, button, form},
    state::Session,
};

/// The dialog. It stands above whatever asked.
pub fn step_up_dialog() -> Drawn {
    let session = expect_context::<Session>();
    let asked = session.step_up();
    Effect::new(move |was_open: Option<bool>| {
        let open = asked.open().get();
        if was_open == Some(true) && !open {
            asked.answer(false);
        }
        open
    });
    view! { <Dialog open=asked.open() id="step-up-title" title="Is it you?">{ask(session)}</Dialog> }.drawn()
}

fn ask(session: Session) -> Drawn {
    let api = SignedIn::of(session);
    let (code, kept, work) = (RwSignal::new(String::new()), RwSignal::new(false), Work::new());
    let show = move |code: Option<String>| {
        let kept = kept.get_untracked();
        work.run(async move { api.step_up(code, kept).await }, move |()| session.step_up().answer(true));
    };
    let has_passkey = passkey::are_here() && session.me_untracked().is_some_and(|me| me.has_passkey);
    let passkey = has_passkey.then(|| button("Use your passkey", "primary", Box::new(move || show(None))));
    let line = move || {
        let line = if kept.get() { RECOVERY_CODE } else { CODE };
        line.draw(code, Signal::derive(|| None), true)
    };
    view! {
        <div class="stack">
            <p>"Please show your second step again: this opens or changes much."</p>
            {passkey}
            {form(vec![line.drawn()], "Confirm", work, Box::new(move || show(Some(code.get_untracked()))))}
            {button("Use a recovery code, or the app", "quiet", Box::new(move || kept.update(|it| *it = !*it)))}
        </div>
    }
    .drawn()
}
