//! Signing in.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{Phi, auth::Login};

use super::{Card, go_on_when_signed_in};
use crate::{
    api::Anonymous,
    components::{Field, PageTitle, Refusal, Submit, Work},
    state::Session,
};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = expect_context::<Session>();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let work = Work::new();
    go_on_when_signed_in();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let form = Login {
            email: Phi::new(email.get_untracked().trim().to_owned()),
            password: Phi::new(password.get_untracked()),
        };
        work.run(async move { session.enter(Anonymous.login(&form).await?).await }, |()| {});
    };
    view! {
        <Card>
            <PageTitle title="Sign in".to_owned()/>
            <form on:submit=submit>
                <Field
                    label="E-mail" id="email" kind="email" autocomplete="username"
                    value=email problem=work.about("email") required=true autofocus=true
                />
                <Field
                    label="Password" id="password" kind="password" autocomplete="current-password"
                    value=password problem=work.about("password") required=true
                />
                <Refusal of=work.failure()/>
                <Submit label="Sign in" work/>
            </form>
            <p class="hint center">"New here? " <a href="/sign-up">"Create a practice"</a></p>
        </Card>
    }
    .drawn()
}
