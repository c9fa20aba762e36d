//! The second step at sign-in: set up with a QR code, recovery codes shown once, removed.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use super::ask::{Ask, AskForm};
use crate::{
    api::{Call, Factors, browser},
    components::{Dialog, Fetch, Loaded, Moment, fetched},
    state::Notices,
};

/// The card.
#[component]
pub fn Factor() -> impl IntoView {
    let factors =
        fetched(|api| async move { api.second_factor(vec![Call::get("/me/second-factors")]).await });
    let (open, ask) = (RwSignal::new(false), RwSignal::new(Ask::Begin));
    // What an action answers is drawn in place of what was there: the QR code, or the recovery codes.
    let done = Callback::new(move |answer: Factors| {
        open.set(false);
        if answer == Factors::default() {
            factors.ask_again();
        } else {
            factors.put(answer);
        }
    });
    let button = move |what: Ask| {
        view! {
            <button type="button" on:click=move |_| { ask.set(what); open.set(true); }>{what.label()}</button>
        }
        .drawn()
    };
    let state = move |answer: Factors| {
        if !answer.codes.is_empty() {
            return recovery_codes(answer.codes, factors);
        }
        if !answer.secret.is_empty() {
            return view! {
                <p>"Scan this with an authenticator app on your phone, or type in the key below it. Then enter the code that the app shows."</p>
                <img class="qr" alt="QR code for an authenticator app" src=answer.qr_code/>
                <p><code>{answer.secret}</code></p>
                <AskForm ask=Ask::Confirm done/>
            }
            .drawn();
        }
        let (words, buttons) = match answer.totp_since {
            None => (
                view! { "A code from an app on your phone, asked for after your password. Whoever learns your password cannot sign in with it alone." }.drawn(),
                vec![button(Ask::Begin)],
            ),
            Some(since) => (
                view! { "Set up since " <Moment at=since/> ". Recovery codes left: " {answer.recovery_codes_left} }.drawn(),
                vec![button(Ask::Renew), button(Ask::Remove)],
            ),
        };
        view! { <p>{words}</p><div class="actions">{buttons}</div> }.drawn()
    };
    view! {
        <section class="card" aria-labelledby="factor-title">
            <h2 id="factor-title">"Second step at sign-in"</h2>
            <Fetch of=factors view=state/>
            <Dialog open id="ask-title" title="Is it you?"><AskForm ask=ask.get_untracked() done/></Dialog>
        </section>
    }
    .drawn()
}

fn recovery_codes(codes: Vec<String>, factors: Loaded<Factors>) -> Drawn {
    let notices = expect_context::<Notices>();
    let text = codes.join("\n");
    let copy = move || {
        let clipboard = browser::property(&browser::window().navigator(), "clipboard");
        if clipboard.and_then(|it| browser::call(&it, "writeText", &[text.as_str().into()])).is_some() {
            notices.say("Copied");
        }
    };
    let print = || {
        let _ = browser::window().print();
    };
    let button = |label: &'static str, act: Box<dyn Fn()>| {
        view! { <button type="button" on:click=move |_| act()>{label}</button> }.drawn()
    };
    view! {
        <h3>"Recovery codes"</h3>
        <p>"Each signs you in once, if your phone is lost. They are shown only now: keep them where your phone is not."</p>
        <pre class="codes">{codes.join("\n")}</pre>
        <div class="actions no-print">
            {button("Copy", Box::new(copy))}
            {button("Print", Box::new(print))}
            {button("I have kept them", Box::new(move || factors.ask_again()))}
        </div>
    }
    .drawn()
}
