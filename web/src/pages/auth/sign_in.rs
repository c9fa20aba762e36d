//! Signing in: a passkey, or the password and then the second step where one is asked for.

use crate::drawn::{Draw, changing};
use leptos::{prelude::*, task::spawn_local};
use shared::{Phi, auth::Login, errors::ErrorCode};
use web_sys::{AbortController, AbortSignal};

use super::{go_on_when_signed_in, organisation::Organisation};
use crate::{
    api::{Anonymous, Asked, Entered, browser, passkey},
    components::{Line, PageTitle, Work, button, form},
    pages::entrance::{CODE, Card, EMAIL, PRESENT_PASSWORD, RECOVERY_CODE},
    state::Session,
};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = expect_context::<Session>();
    let [email, password, code] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // Where the second step is asked for, and whether a recovery code is shown.
    let (asked, kept_now) = (RwSignal::new(None::<Asked>), RwSignal::new(false));
    let work = Work::new();
    // Somebody whom their organisation has sent, and whose second step is asked for.
    if browser::window().location().hash().is_ok_and(|hash| hash.starts_with("#second-step=")) {
        let token = browser::take_fragment().into_inner();
        let step = |token: &str| Asked { token: token.to_owned(), totp: true, passkey: true };
        asked.set(token.split_once('=').map(|(_, token)| step(token)));
    }
    go_on_when_signed_in();
    let offered = StoredValue::new_local(AbortController::new().ok());
    let withdraw = move || {
        if let Some(controller) = offered.try_update_value(Option::take).flatten() {
            controller.abort();
        }
    };
    on_cleanup(withdraw);
    let signal = offered.with_value(|it| it.as_ref().map(AbortController::signal));
    if let Some(signal) = signal.filter(|_| asked.with_untracked(Option::is_none)) {
        spawn_local(offer(session, work, signal));
    }
    // Who has no app shows a recovery code, or their passkey.
    let kept =
        Memo::new(move |_| kept_now.get() || asked.with(|step| step.as_ref().is_some_and(|it| !it.totp)));
    let send = move || {
        let form = Login {
            email: Phi::new(email.get_untracked().trim().to_owned()),
            password: Phi::new(password.get_untracked()),
        };
        let kept = kept.get_untracked();
        let asking = async move {
            let grant = if let Some(step) = asked.get_untracked() {
                let shown = Anonymous.show_code(&step.token, &code.get_untracked(), kept).await;
                if shown.as_ref().is_err_and(|failure| failure.is(ErrorCode::SignInExpired)) {
                    asked.set(None);
                }
                shown?
            } else {
                match Anonymous.login(&form).await? {
                    Entered::In(grant) => grant,
                    Entered::Asked(step) => return Ok(Some(step)),
                }
            };
            session.enter(grant).await.map(|()| None)
        };
        work.run(asking, move |step| {
            withdraw();
            asked.set(step);
        });
    };
    let show = move || {
        withdraw();
        let token = asked.with_untracked(|step| step.as_ref().map(|step| step.token.clone()));
        let asking = async move {
            let grant = Anonymous.show_passkey(token.as_deref(), None).await?;
            session.enter(grant).await
        };
        work.run(asking, |()| {});
    };
    let nothing = Signal::derive(|| None);
    let lines = move || match asked.get() {
        None => vec![
            EMAIL.draw(email, work.about("email"), true),
            Line { label: "Password", ..PRESENT_PASSWORD }.draw(password, nothing, false),
        ],
        Some(_) => vec![if kept.get() { RECOVERY_CODE } else { CODE }.draw(code, nothing, true)],
    };
    let more = move || {
        let step = asked.get();
        let mut buttons = Vec::new();
        if passkey::are_here() && step.as_ref().is_none_or(|step| step.passkey) {
            let label = if step.is_some() { "Use your passkey" } else { "Sign in with a passkey" };
            buttons.push(button(label, "", Box::new(show)));
        }
        if step.is_some_and(|step| step.totp) {
            let label = if kept.get() { "Use the app" } else { "Use a recovery code" };
            buttons.push(button(label, "quiet", Box::new(move || kept_now.update(|it| *it = !*it))));
        }
        buttons
    };
    view! {
        <Card>
            <PageTitle title="Sign in".to_owned()/>
            {form(vec![lines.drawn()], "Sign in", work, Box::new(send))}
            <div class="actions">{more}</div>
            <p class="hint center"><a href="/forgotten-password">"Forgot your password?"</a></p>
            {changing(move || asked.with(Option::is_none).then(|| view! { <Organisation email/> }))}
            <p class="hint center">"New here? " <a href="/sign-up">"Create a practice"</a></p>
        </Card>
    }
    .drawn()
}

/// How often a passkey that was refused is asked for once more.
const TRIES: u32 = 5;

/// Offers passkeys where the e-mail is typed, until another way is taken.
async fn offer(session: Session, work: Work, signal: AbortSignal) {
    if !passkey::are_filled_in().await {
        return;
    }
    for _ in 0..TRIES {
        let shown = Anonymous.show_passkey(None, Some(signal.clone())).await;
        let entered = match shown {
            Ok(grant) => session.enter(grant).await,
            Err(failure) => Err(failure),
        };
        // What the server has not refused, the person or the browser has: nobody asked for it.
        let Err(failure) = entered else { return };
        if signal.aborted() || failure.request_id().is_none() {
            return;
        }
        work.refuse(failure);
    }
}
