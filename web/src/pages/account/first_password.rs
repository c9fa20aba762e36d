//! Choosing a password, for whoever came by their organisation and has none: notes are signed with it.

use crate::drawn::{Draw, changing};
use leptos::{prelude::*, task::spawn_local};
use shared::{Phi, second_factors::ChangePassword};

use crate::{
    api::{Call, SignedIn},
    components::{Field, Refusal, Submit, Work},
    state::{Notices, Session},
};

/// The card; nothing for whoever has a password.
#[component]
pub fn FirstPassword() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let (session, notices) = (expect_context::<Session>(), expect_context::<Notices>());
    let (password, work) = (RwSignal::new(String::new()), Work::new());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let new_password = Phi::new(password.get_untracked());
        let form = ChangePassword { password: Phi::default(), new_password };
        let calls = vec![Call::new("PUT", "/me/password").json(&form)];
        work.run(api.send_all(calls), move |()| {
            notices.say("The password is yours");
            spawn_local(session.look_again());
        });
    };
    view! {
        {changing(move || session.me().is_some_and(|me| !me.has_password).then(|| view! {
            <section class="card" aria-labelledby="password-title">
                <h2 id="password-title">"Choose a password"</h2>
                <p>"You sign in with your organisation. To sign notes you also need a password of your own."</p>
                <form on:submit=submit>
                    <Field
                        label="New password" id="new_password" kind="password" autocomplete="new-password"
                        value=password required=true
                        hint="15 characters or more, within five minutes of signing in."
                    />
                    <Refusal of=work.failure()/>
                    <div class="actions"><Submit label="Choose" work/></div>
                </form>
            </section>
        }))}
    }
    .drawn()
}
