//! A new password for somebody who has forgotten theirs: asking for the link, and using it. Its token stands in
//! the fragment, which browsers send to no server; it leaves the address at once.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;

use crate::{
    api::{Anonymous, browser},
    components::{PageTitle, Work, form},
    pages::entrance::{Card, EMAIL, NEW_PASSWORD, password_problem},
};

const SENT: &str = "If there is an account with this address, a mail with a link is on its way. The link works once, for 30 minutes.";
const CHANGED: &str = "Your password was changed, and you were signed out everywhere.";

/// Asks for the link.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let email = RwSignal::new(String::new());
    let (work, done) = (Work::new(), RwSignal::new(false));
    let send = move || {
        let email = email.get_untracked();
        work.run(async move { Anonymous.forget_password(email.trim()).await }, move |()| done.set(true));
    };
    let lines = vec![EMAIL.draw(email, work.about("email"), true)];
    card("Forgot your password?", form(lines, "Send me a link", work, Box::new(send)), done, SENT)
}

/// Uses the link.
#[component]
pub fn NewPasswordPage() -> impl IntoView {
    let token = StoredValue::new(browser::take_fragment());
    let password = RwSignal::new(String::new());
    let (work, done) = (Work::new(), RwSignal::new(false));
    let send = move || {
        let (token, new) = (token.get_value(), password.get_untracked());
        work.run(async move { Anonymous.reset_password(token.reveal(), &new).await }, move |()| {
            done.set(true);
        });
    };
    let lines = vec![NEW_PASSWORD.draw(password, password_problem(work), true)];
    card("Choose a new password", form(lines, "Change password", work, Box::new(send)), done, CHANGED)
}

fn card(title: &'static str, form: Drawn, done: RwSignal<bool>, said: &'static str) -> Drawn {
    view! {
        <Card>
            <PageTitle title=title.to_owned()/>
            <div hidden=move || done.get()>{form}</div>
            <p role="status">{changing(move || if done.get() { said } else { "" })}</p>
            <p class="hint center"><a href="/sign-in">"Sign in"</a></p>
        </Card>
    }
    .drawn()
}
