//! What stands before everything else opens: the card, and the lines that one shows who one is with.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::errors::ErrorCode;

use super::frame::Mark;
use crate::{
    api::Failure,
    components::{Line, Work},
};

/// The card that a form stands on before anything else opens.
#[component]
pub fn Card(children: Children) -> impl IntoView {
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

/// What is wrong with a new password.
pub fn password_problem(work: Work) -> Signal<Option<String>> {
    Signal::derive(move || {
        let failure = work.failure().get()?;
        let refused = [ErrorCode::PasswordTooShort, ErrorCode::PasswordTooCommon];
        refused.iter().any(|code| failure.is(*code)).then(|| Failure::sentence(&failure))
    })
}

/// The name that one signs in with.
pub const EMAIL: Line = Line { label: "E-mail", id: "email", kind: ("email", "username webauthn"), hint: "" };
/// The password that one has.
pub const PRESENT_PASSWORD: Line =
    Line { label: "Present password", id: "password", kind: ("password", "current-password"), hint: "" };
/// Another one.
pub const NEW_PASSWORD: Line = Line {
    label: "New password",
    id: "new-password",
    kind: ("password", "new-password"),
    hint: "At least 15 characters, or 8 if you have a second step.",
};
/// A code by time.
pub const CODE: Line =
    Line { label: "Code from your app", id: "code", kind: ("text", "one-time-code"), hint: "" };
/// A code that was kept.
pub const RECOVERY_CODE: Line = Line { label: "Recovery code", ..CODE };
