//! What changes the second step: the password, the code, or both.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    Phi,
    errors::ErrorCode,
    second_factors::{ConfirmTotp, Method, OwnPassword, StepUp},
};

use crate::{
    api::{Call, Factors, SignedIn},
    components::{Field, Refusal, Submit, Work},
};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Set up the second step.
    Begin,
    /// Show the first code.
    Confirm,
    /// Show a code, which this sign-in has not done yet.
    Show,
    /// Make new recovery codes.
    Renew,
    /// Remove the second step.
    Remove,
}

impl Ask {
    /// What its button says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Begin => "Set up",
            Self::Confirm | Self::Show => "Confirm",
            Self::Renew => "New recovery codes",
            Self::Remove => "Remove",
        }
    }

    /// What has to be sent, in order.
    fn calls(self, password: String, code: String) -> Vec<Call> {
        let (password, code) = (OwnPassword { password: Phi::new(password) }, Phi::new(code));
        let post = |path: &str| Call::new("POST", path);
        let totp = "/me/second-factors/totp";
        let mut calls = Vec::new();
        if self == Self::Confirm {
            return vec![post(&format!("{totp}/confirm")).json(&ConfirmTotp { code })];
        }
        if !code.reveal().is_empty() {
            calls.push(post("/auth/step-up").json(&StepUp { method: Method::Totp, code }));
        }
        if self == Self::Show {
            return calls;
        }
        calls.push(match self {
            Self::Renew => post("/me/second-factors/recovery-codes"),
            Self::Remove => post(&format!("{totp}/remove")).json(&password),
            Self::Begin | Self::Confirm | Self::Show => post(totp).json(&password),
        });
        calls
    }
}

/// The form. Beside a password, the code is asked for once the server wants a fresh one.
#[component]
pub fn AskForm(ask: Ask, done: Callback<Factors>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (work, wants_code) = (Work::new(), RwSignal::new(matches!(ask, Ask::Confirm | Ask::Show)));
    Effect::new(move || {
        if work.failure().get().is_some_and(|failure| failure.is(ErrorCode::StepUpRequired)) {
            wants_code.set(true);
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let asking = api.second_factor(ask.calls(password.get_untracked(), code.get_untracked()));
        work.run(asking, move |factors| done.run(factors));
    };
    let field = move |label, id, kind, autocomplete, value| {
        view! { <Field label id kind autocomplete value required=true autofocus=true/> }.drawn()
    };
    let wants_password = matches!(ask, Ask::Begin | Ask::Remove);
    view! {
        <form on:submit=submit>
            {wants_password.then(|| field("Your password, again", "ask-password", "password", "current-password", password))}
            {move || wants_code.get().then(|| field("Code from your app", "code", "text", "one-time-code", code))}
            <Refusal of=work.failure()/>
            <div class="actions"><Submit label=ask.label() work/></div>
        </form>
    }
    .drawn()
}
