//! The own account: the second step at sign-in, the password, and where one is signed in.

mod ask;
mod devices;
mod factor;
mod first_password;
mod passkeys;
mod password;

use crate::drawn::Draw;
use leptos::prelude::*;

use crate::{components::PageTitle, state::Session};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let has_password = expect_context::<Session>().me_untracked().is_some_and(|me| me.has_password);
    view! {
        <div class="page">
            <div class="page-head"><PageTitle title="Your account".to_owned()/></div>
            <first_password::FirstPassword/>
            <factor::Factor/>
            {has_password.then(password::password)}
            <devices::Devices/>
        </div>
    }
    .drawn()
}
