//! Signing up and signing in.

#[cfg(feature = "office")]
mod forgotten;
#[cfg(feature = "office")]
mod invitation;
#[cfg(feature = "charts")]
mod organisation;
#[cfg(feature = "office")]
mod places;
#[cfg(feature = "charts")]
mod sign_in;
#[cfg(feature = "office")]
mod sign_up;

#[cfg(feature = "office")]
pub use forgotten::{ForgottenPage, NewPasswordPage};
#[cfg(feature = "office")]
pub use invitation::InvitationPage;
#[cfg(feature = "charts")]
pub use sign_in::SignInPage;
#[cfg(feature = "office")]
pub use sign_up::SignUpPage;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    logic::return_path,
    routes::go_instead,
    state::{Phase, Session},
};

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
