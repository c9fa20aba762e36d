//! Joining a practice by the link of an invitation. The token stands in the fragment, which browsers send
//! to no server; it leaves the address at once, so that it is not in the history either.

use crate::drawn::Draw;
use leptos::{prelude::*, task::spawn_local};
use shared::{
    Phi,
    errors::ErrorCode,
    people::{AcceptInvitation, InvitationGreeting},
};

use super::Card;
use crate::{
    api::{Anonymous, Failure, browser},
    components::{Field, PageTitle, Refusal, RefusalOf, Submit, Work, skeleton},
    logic::words,
    routes::go_instead,
    state::Session,
};

/// The page.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = StoredValue::new(browser::take_fragment());
    let answer = RwSignal::new(None::<Result<InvitationGreeting, Failure>>);
    spawn_local(async move {
        let said = Anonymous.read_invitation(&token.get_value()).await;
        answer.try_set(Some(said));
    });
    view! {
        <Card>
            <PageTitle title="Join your practice".to_owned()/>
            {move || match answer.get() {
                None => skeleton(),
                Some(Err(failure)) => view! {
                    <RefusalOf failure/>
                    <p class="hint center"><a href="/sign-in">"Sign in"</a></p>
                }
                .drawn(),
                Some(Ok(greeting)) => view! { <Form greeting token/> }.drawn(),
            }}
        </Card>
    }
    .drawn()
}

#[component]
fn Form(greeting: InvitationGreeting, token: StoredValue<Phi<String>>) -> impl IntoView {
    let session = expect_context::<Session>();
    let [name, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let work = Work::new();
    let joined = RwSignal::new(false);
    Effect::new(move || {
        if joined.get() {
            go_instead("/".to_owned());
        }
    });
    let password_problem = Signal::derive(move || {
        let failure = work.failure().get();
        let refused = failure.as_ref().filter(|failure| {
            failure.is(ErrorCode::PasswordTooShort) || failure.is(ErrorCode::PasswordTooCommon)
        });
        refused.map(Failure::sentence)
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let form = AcceptInvitation {
            token: token.get_value(),
            name: Phi::new(name.get_untracked().trim().to_owned()),
            password: Phi::new(password.get_untracked()),
        };
        work.run(async move { session.enter(Anonymous.accept_invitation(&form).await?).await }, move |()| {
            joined.set(true);
        });
    };
    view! {
        <p class="lead">
            "You join " <strong>{greeting.practice_name.into_inner()}</strong> " as "
            {words::role(greeting.role).to_lowercase()} "."
        </p>
        <form on:submit=submit>
            <div class="field">
                <label for="email">"E-mail"</label>
                <input id="email" type="email" autocomplete="username" readonly=true value=greeting.email.into_inner()/>
            </div>
            <Field
                label="Your name" id="name" autocomplete="name"
                value=name problem=work.about("name") required=true autofocus=true
            />
            <Field
                label="Password" id="password" kind="password" autocomplete="new-password"
                hint="At least 15 characters. A few words you will remember are best."
                value=password problem=password_problem required=true
            />
            <Refusal of=work.failure()/>
            <Submit label="Join" work/>
        </form>
    }
    .drawn()
}
