//! Creating a practice and its owner.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{Phi, auth::Register};

use super::{go_on_when_signed_in, places::PLACES};
use crate::{
    api::Anonymous,
    components::{Choice, Field, PageTitle, Refusal, Submit, Work},
    pages::entrance::{Card, password_problem},
    state::Session,
};

/// NIST SP 800-63B-4 §3.1.1.2: a password that is the only factor.
const SHORTEST: usize = 15;

/// The page.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let session = expect_context::<Session>();
    let [practice, name, email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let place = RwSignal::new("US-CA".to_owned());
    let work = Work::new();
    go_on_when_signed_in();
    let enough = move || {
        let count = password.with(|password| password.chars().count());
        match count {
            0 => format!("At least {SHORTEST} characters. A few words you will remember are best."),
            _ if count < SHORTEST => format!("{} more to go.", SHORTEST - count),
            _ => "Long enough.".to_owned(),
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let form = Register {
            practice_name: Phi::new(practice.get_untracked().trim().to_owned()),
            name: Phi::new(name.get_untracked().trim().to_owned()),
            email: Phi::new(email.get_untracked().trim().to_owned()),
            password: Phi::new(password.get_untracked()),
            jurisdiction: place.get_untracked(),
        };
        work.run(async move { session.enter(Anonymous.register(&form).await?).await }, |()| {});
    };
    let places = PLACES.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
    view! {
        <Card>
            <PageTitle title="Create a practice".to_owned()/>
            <form on:submit=submit>
                <Field
                    label="Practice name" id="practice_name" autocomplete="organization"
                    value=practice problem=work.about("practice_name") required=true autofocus=true
                />
                <Field
                    label="Your name" id="name" autocomplete="name"
                    value=name problem=work.about("name") required=true
                />
                <Field
                    label="E-mail" id="email" kind="email" autocomplete="username"
                    value=email problem=work.about("email") required=true
                />
                <Field
                    label="Password" id="password" kind="password" autocomplete="new-password"
                    value=password problem=password_problem(work) required=true
                />
                <p class="hint" role="status">{enough}</p>
                <Choice
                    label="Where you practise" id="jurisdiction" options=places
                    value=place.into() on_choose=move |code| place.set(code)
                />
                <Refusal of=work.failure()/>
                <Submit label="Create practice" work/>
            </form>
            <p class="hint center">"Already have an account? " <a href="/sign-in">"Sign in"</a></p>
        </Card>
    }
    .drawn()
}
