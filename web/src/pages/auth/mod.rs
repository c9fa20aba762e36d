//! Signing up and signing in.

mod invitation;
mod organisation;
mod places;
mod sign_in;
mod sign_up;

pub use invitation::InvitationPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;

use crate::drawn::Draw;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::Mark;
use crate::{
    logic::return_path,
    routes::go_instead,
    state::{Phase, Session},
};

/// The card that both forms stand on.
#[component]
fn Card(children: Children) -> impl IntoView {
    view! {
        <div class="entrance">
            <div class="entrance-brand"><Mark/><span>"MindScribe"</span></div>
            <div class="card">{children()}</div>
            <p class="entrance-foot">
                "Everything stays on your practice's own server, encrypted. Nothing is sent anywhere else."
            </p>
        </div>
    }
    .drawn()
}

/// Goes on as soon as somebody is signed in.
fn go_on_when_signed_in() {
    let session = expect_context::<Session>();
    let query = use_query_map();
    Effect::new(move || {
        if matches!(session.phase(), Phase::In(_)) {
            let asked = query.with_untracked(|query| query.get("return"));
            go_instead(return_path::safe(asked.as_deref()).to_owned());
        }
    });
}
