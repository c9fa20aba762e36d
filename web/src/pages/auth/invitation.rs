//! Joining a practice by the link of an invitation. The token stands in the fragment, which browsers send
//! to no server; it leaves the address at once, so that it is not in the history either.

use std::cell::RefCell;

use crate::drawn::{Draw, Drawn, changing};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    Phi,
    people::{AcceptInvitation, InvitationGreeting},
};

use crate::{
    api::{Anonymous, Call, Failure, SignedIn, browser, list, read, text},
    components::{Field, Form, Input, Kind, PageTitle, Refusal, RefusalOf, Submit, Work, skeleton},
    logic::{return_path, words},
    pages::entrance::{Card, password_problem},
    routes::go_instead,
    state::Session,
};

thread_local! {
    /// The token of the link that was opened last.
    static SHOWN: RefCell<Phi<String>> = RefCell::default();
}

/// The page.
#[component]
pub fn InvitationPage() -> impl IntoView {
    // Whoever has an account signs in first, and comes back here without the fragment.
    let fragment = browser::take_fragment();
    if !fragment.reveal().is_empty() {
        SHOWN.set(fragment);
    }
    let token = StoredValue::new(SHOWN.with_borrow(Clone::clone));
    let answer = RwSignal::new(None::<Result<InvitationGreeting, Failure>>);
    spawn_local(async move {
        let said = Anonymous.read_invitation(&token.get_value()).await;
        answer.try_set(Some(said));
    });
    view! {
        <Card>
            <PageTitle title="Join your practice".to_owned()/>
            {changing(move || match answer.get() {
                None => skeleton(),
                Some(Err(failure)) => view! {
                    <RefusalOf failure/>
                    <p class="hint center"><a href="/sign-in">"Sign in"</a></p>
                }
                .drawn(),
                Some(Ok(greeting)) if greeting.has_account => view! { <JoinSignedIn greeting token/> }.drawn(),
                Some(Ok(greeting)) => view! { <NewAccount greeting token/> }.drawn(),
            })}
        </Card>
    }
    .drawn()
}

/// Into which practice, as what.
fn lead(greeting: &InvitationGreeting) -> Drawn {
    let own = greeting.own_role.as_ref().map(|role| role.name.reveal().clone());
    view! {
        <p class="lead">
            "You join " <strong>{greeting.practice_name.reveal().clone()}</strong> " as "
            {own.unwrap_or_else(|| words::role(greeting.role).to_lowercase())} "."
        </p>
    }
    .drawn()
}

/// For somebody who has an account: they sign in, and confirm with their password.
#[component]
fn JoinSignedIn(greeting: InvitationGreeting, token: StoredValue<Phi<String>>) -> impl IntoView {
    let session = expect_context::<Session>();
    let work = Work::new();
    let lead = lead(&greeting);
    let email = greeting.email.into_inner();
    let is_theirs = {
        let email = email.clone();
        Memo::new(move |_| session.me().is_some_and(|me| me.user.email.reveal().eq_ignore_ascii_case(&email)))
    };
    let send = Callback::new(move |filled: String| {
        let api = SignedIn::of(session);
        // Both are texts of ours: a JSON object to which the token is added.
        let json = filled.replacen('{', &format!("{{\"token\":\"{}\",", token.get_value().reveal()), 1);
        let call = Call::new("POST", "/me/practices").text(&json);
        let joining = async move {
            let answer = api.text(call).await?;
            let newest = list(&read(&answer), "items").pop();
            session.switch(text(&newest, "id")).await
        };
        work.run(joining, |()| {});
    });
    let password = move || Input {
        name: "password",
        label: "Your password, again",
        hint: "",
        kind: Kind::Line("password"),
        value: String::new(),
        optional: false,
    };
    view! {
        {lead}
        {changing(move || if is_theirs.get() {
            view! { <Form inputs=vec![password()] label="Join" work on_send=send/> }.drawn()
        } else {
            view! {
                <p>"Sign in as " <strong>{email.clone()}</strong> " to join with the account you have."</p>
                <div class="actions"><a class="button primary" href=return_path::sign_in("/invitation")>"Sign in"</a></div>
            }
            .drawn()
        })}
    }
    .drawn()
}

#[component]
fn NewAccount(greeting: InvitationGreeting, token: StoredValue<Phi<String>>) -> impl IntoView {
    let session = expect_context::<Session>();
    let [name, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let work = Work::new();
    let joined = RwSignal::new(false);
    Effect::new(move || {
        if joined.get() {
            go_instead("/".to_owned());
        }
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
        {lead(&greeting)}
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
                value=password problem=password_problem(work) required=true
            />
            <Refusal of=work.failure()/>
            <Submit label="Join" work/>
        </form>
    }
    .drawn()
}
