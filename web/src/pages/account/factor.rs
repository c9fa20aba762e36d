//! The second step at sign-in: codes from an app set up with a QR code, passkeys, recovery codes shown once.

use crate::drawn::{Draw, Drawn};
use leptos::{prelude::*, task::spawn_local};

use super::{
    ask::{Ask, AskForm},
    passkeys::{button, passkeys},
};
use crate::{
    api::{Call, Factors, SignedIn, browser},
    components::{Dialog, Fetch, Moment, Refusal, Work, fetched},
    routes::go_instead,
    state::{Notices, Session},
};

/// Why nothing but this page opens.
const OWES: &str =
    "Your role opens much, so it needs a second step at sign-in. Everything else opens after that.";

/// The card.
#[component]
pub fn Factor() -> impl IntoView {
    let factors = fetched(|api| async move { api.second_factor(Call::get("/me/second-factors")).await });
    let (open, asked, work) = (RwSignal::new(false), RwSignal::new(Ask::Begin), Work::new());
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    // Whoever is here because nothing else opens goes on once they are through.
    let owed = session.me_untracked().is_some_and(|me| me.owes_second_factor);
    let go_on = move || if owed { go_instead("/".to_owned()) } else { factors.ask_again() };
    // What an action answers is drawn in place of what was there: the QR code, or the recovery codes.
    let done = Callback::new(move |answer: Factors| {
        open.set(false);
        spawn_local(async move {
            session.look_again().await;
            // Only a new secret and new codes are there to be read.
            if answer.secret.is_empty() && answer.codes.is_empty() {
                go_on();
            } else {
                factors.put(answer);
            }
        });
    });
    let ask = Callback::new(move |what: Ask| {
        asked.set(what);
        open.set(true);
    });
    let renew = move |_| {
        let codes = Call::new("POST", "/me/second-factors/recovery-codes");
        work.run(api.second_factor(codes), move |answer| done.run(answer));
    };
    let show = move |_| {
        spawn_local(async move {
            if session.step_up().ask().await {
                done.run(Factors::default());
            }
        });
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
        let has_any = answer.totp_since.is_some() || !answer.passkeys.is_empty();
        let owes = owed.then(|| view! { <p class="banner warn flat">{OWES}</p> }.drawn());
        if owed && has_any {
            return view! {
                {owes}
                <div class="actions"><button type="button" class="primary" on:click=show>"Show your second step"</button></div>
            }
            .drawn();
        }
        let last = answer.passkeys.is_empty();
        let app = match answer.totp_since {
            None => view! {
                <p>"A code from an app on your phone, asked for after your password. Whoever learns your password cannot sign in with it alone."</p>
                <div class="actions">{button(Ask::Begin, String::new(), ask)}</div>
            }
            .drawn(),
            Some(since) => view! {
                <p>"Set up since " <Moment at=since/> "."</p>
                {(!(answer.demanded && last)).then(|| view! {
                    <div class="actions">{button(Ask::Remove, String::new(), ask)}</div>
                })}
            }
            .drawn(),
        };
        view! {
            {owes}
            <h3>"Codes from an app"</h3>
            {app}
            {passkeys(answer.passkeys, ask)}
            {has_any.then(|| view! {
                <h3>"Recovery codes"</h3>
                <p>"Left: " {answer.recovery_codes_left}</p>
                <div class="actions"><button type="button" on:click=renew>"New recovery codes"</button></div>
            })}
        }
        .drawn()
    };
    view! {
        <section class="card" aria-labelledby="factor-title">
            <h2 id="factor-title">"Second step at sign-in"</h2>
            <Fetch of=factors view=state/>
            <Refusal of=work.failure()/>
            <Dialog open id="ask-title" title="Is it you?"><AskForm ask=asked.get_untracked() done/></Dialog>
        </section>
    }
    .drawn()
}

fn recovery_codes(codes: Vec<String>, kept: impl Fn() + 'static) -> Drawn {
    let notices = expect_context::<Notices>();
    let text = codes.join("\n");
    let copy = move || {
        if browser::copy(&text) {
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
