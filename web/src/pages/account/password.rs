//! Another password.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;

use crate::{
    api::SignedIn,
    components::{Work, form},
    pages::entrance::{NEW_PASSWORD, PRESENT_PASSWORD, password_problem},
    state::Notices,
};

/// The card.
pub fn password() -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let [password, new] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let work = Work::new();
    let send = move || {
        let (before, after) = (password.get_untracked(), new.get_untracked());
        work.run(async move { api.change_password(&before, &after).await }, move |()| {
            password.set(String::new());
            new.set(String::new());
            notices.say("Changed, and signed out everywhere else");
        });
    };
    let nothing = Signal::derive(|| None);
    let lines = vec![
        PRESENT_PASSWORD.draw(password, nothing, false),
        NEW_PASSWORD.draw(new, password_problem(work), false),
    ];
    view! {
        <section class="card" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            {form(lines, "Change password", work, Box::new(send))}
        </section>
    }
    .drawn()
}
