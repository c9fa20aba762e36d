//! The own account: the second step at sign-in, and where one is signed in.

mod ask;
mod devices;
mod factor;
mod first_password;

use crate::drawn::Draw;
use leptos::prelude::*;

use crate::components::PageTitle;

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    view! {
        <div class="page">
            <div class="page-head"><PageTitle title="Your account".to_owned()/></div>
            <first_password::FirstPassword/>
            <factor::Factor/>
            <devices::Devices/>
        </div>
    }
    .drawn()
}
