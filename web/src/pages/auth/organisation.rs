//! Signing in with one's organisation: going there, and what is said to whoever comes back in vain.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::{Phi, sso::BeginSso};

use crate::{
    api::{Anonymous, browser},
    components::{Refusal, Work},
    state::Session,
};

/// The way to the organisation: by the practice's own address, or by the domain of the e-mail.
#[component]
pub fn Organisation(
    /// What is typed in the e-mail field.
    email: RwSignal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let query = use_query_map();
    let asked = move |name| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    let (work, said) = (Work::new(), RwSignal::new(words(&asked("sso"))));
    if asked("sso") == "done" {
        session.arrive();
    }
    let connection = asked("organisation").parse().ok();
    let go = move |_| {
        let typed = email.get_untracked().trim().to_owned();
        if connection.is_none() && typed.is_empty() {
            said.set("Type your work e-mail first.");
            return;
        }
        let email = connection.is_none().then(|| Phi::new(typed));
        let form = BeginSso { email, connection_id: connection };
        work.run(async move { Anonymous.begin_sso(&form).await }, move |address| {
            let _ = browser::window().location().set_href(&address);
        });
    };
    view! {
        <p class="problem" role="status">{changing(move || said.get())}</p>
        <Refusal of=work.failure()/>
        <button type="button" class="quiet" disabled=move || work.is_busy() on:click=go>
            "Sign in with your organisation"
        </button>
    }
    .drawn()
}

/// The codes with which the server sends somebody back here.
fn words(code: &str) -> &'static str {
    match code {
        "" | "done" => "",
        "sso_unknown" => {
            "No organisation is known for this e-mail. Your practice can give you its own address."
        }
        "sso_expired" => "This took too long, or was begun in another browser. Please begin again.",
        "sso_email_refused" => {
            "Your organisation does not confirm an e-mail of yours that belongs to this practice."
        }
        "sso_account_elsewhere" => {
            "Your e-mail has an account outside this practice. Please ask the practice to invite you."
        }
        "sso_no_role" => "Your organisation gives you no part in this practice. Please ask who runs it.",
        "sso_deactivated" => "Your access to this practice has ended.",
        "sso_owner_refused" => "Owners come this way once an owner has set it up. Please use your password.",
        "sso_unavailable" => "Your organisation does not answer. Please try again in a moment.",
        _ => "Signing in with your organisation did not work. Please try again.",
    }
}
