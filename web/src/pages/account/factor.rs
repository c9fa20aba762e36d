//! The second step at sign-in: set up with a QR code, recovery codes shown once, removed.

use crate::drawn::{Draw, Drawn};
use leptos::{prelude::*, task::spawn_local};

use super::ask::{Ask, AskForm};
use crate::{
    api::{Call, Factors, browser},
    components::{Dialog, Fetch, Moment, fetched},
    routes::go_instead,
    state::{Notices, Session},
};

/// Why nothing but this page opens.
const OWES: &str =
    "Your role opens much, so it needs a second step at sign-in. Everything else opens after that.";

/// The card.
#[component]
pub fn Factor() -> impl IntoView {
    let factors =
        fetched(|api| async move { api.second_factor(vec![Call::get("/me/second-factors")]).await });
    let (open, ask) = (RwSignal::new(false), RwSignal::new(Ask::Begin));
    let session = expect_context::<Session>();
    // Whoever is here because nothing else opens goes on once they are through.
    let owed = session.me_untracked().is_some_and(|me| me.owes_second_factor);
    let go_on = move || if owed { go_instead("/".to_owned()) } else { factors.ask_again() };
    // What an action answers is drawn in place of what was there: the QR code, or the recovery codes.
    let done = Callback::new(move |answer: Factors| {
        open.set(false);
        spawn_local(async move {
            if owed {
                session.look_again().await;
            }
            // Only a new secret and new codes are there to be read.
            if answer.secret.is_empty() && answer.codes.is_empty() {
                go_on();
            } else {
                factors.put(answer);
            }
        });
    });
    let button = move |what: Ask| {
        view! {
            <button type="button" on:click=move |_| { ask.set(what); open.set(true); }>{what.label()}</button>
        }
        .drawn()
    };
    let state = move |answer: Factors| {
        if !answer.codes.is_empty() {
            return recovery_codes(answer.codes, go_on);
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
                if answer.demanded { vec![button(Ask::Renew)] } else { vec![button(Ask::Renew), button(Ask::Remove)] },
            ),
        };
        let owes = owed.then(|| view! { <p class="banner warn flat">{OWES}</p> }.drawn());
        let rest = if owed && answer.totp_since.is_some() {
            view! { <AskForm ask=Ask::Show done/> }.drawn()
        } else {
            view! { <p>{words}</p><div class="actions">{buttons}</div> }.drawn()
        };
        view! { {owes}{rest} }.drawn()
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

fn recovery_codes(codes: Vec<String>, kept: impl Fn() + 'static) -> Drawn {
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
            {button("I have kept them", Box::new(kept))}
        </div>
    }
    .drawn()
}
