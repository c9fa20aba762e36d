//! Signing in: the password, then the code where one is asked for.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    Phi,
    auth::Login,
    errors::ErrorCode,
    second_factors::{Method, Mfa},
};

use super::{Card, go_on_when_signed_in, organisation::Organisation};
use crate::{
    api::{Anonymous, Entered, browser},
    components::{Field, PageTitle, Refusal, Submit, Work},
    state::Session,
};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = expect_context::<Session>();
    let [email, password, code] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // Where the second step is asked for: the challenge, and whether a recovery code is shown.
    let (asked, kept) = (RwSignal::new(None::<Phi<String>>), RwSignal::new(false));
    let work = Work::new();
    // Somebody whom their organisation has sent, and whose second step is asked for.
    if browser::window().location().hash().is_ok_and(|hash| hash.starts_with("#second-step=")) {
        let token = browser::take_fragment().into_inner();
        asked.set(token.split_once('=').map(|(_, token)| Phi::from(token)));
    }
    go_on_when_signed_in();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let method = if kept.get_untracked() { Method::RecoveryCode } else { Method::Totp };
        let form = Login {
            email: Phi::new(email.get_untracked().trim().to_owned()),
            password: Phi::new(password.get_untracked()),
        };
        let asking = async move {
            let grant = if let Some(mfa_token) = asked.get_untracked() {
                let shown = Mfa { mfa_token, method, code: Phi::new(code.get_untracked()) };
                let shown = Anonymous.show_factor(&shown).await;
                if shown.as_ref().is_err_and(|failure| failure.is(ErrorCode::SignInExpired)) {
                    asked.set(None);
                }
                shown?
            } else {
                match Anonymous.login(&form).await? {
                    Entered::In(grant) => grant,
                    Entered::Asked(token) => return Ok(Some(token)),
                }
            };
            session.enter(grant).await.map(|()| None)
        };
        work.run(asking, move |token| asked.set(token));
    };
    let field = move |label, id, kind, autocomplete, value, first| {
        view! { <Field label id kind autocomplete value problem=work.about(id) required=true autofocus=first/> }
            .drawn()
    };
    let code_field = move || {
        let label = if kept.get() { "Recovery code" } else { "Code from your app" };
        field(label, "code", "text", "one-time-code", code, true)
    };
    let other = move || if kept.get() { "Use the app" } else { "Use a recovery code" };
    view! {
        <Card>
            <PageTitle title="Sign in".to_owned()/>
            <form on:submit=submit>
                {move || if asked.with(Option::is_some) {
                    view! {
                        {code_field}
                        <button type="button" class="quiet" on:click=move |_| kept.update(|it| *it = !*it)>{other}</button>
                    }
                    .drawn()
                } else {
                    view! {
                        {field("E-mail", "email", "email", "username", email, true)}
                        {field("Password", "password", "password", "current-password", password, false)}
                    }
                    .drawn()
                }}
                <Refusal of=work.failure()/>
                <Submit label="Sign in" work/>
            </form>
            {move || asked.with(Option::is_none).then(|| view! { <Organisation email/> })}
            <p class="hint center">"New here? " <a href="/sign-up">"Create a practice"</a></p>
        </Card>
    }
    .drawn()
}
