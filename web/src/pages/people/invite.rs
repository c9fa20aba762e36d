//! Inviting somebody.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{Phi, people::Invite, permissions::Role};

use crate::{
    api::{OwnRole, SignedIn},
    components::{Choice, Dialog, Field, Refusal, Submit, Work},
    state::{Notices, Session},
};

/// The dialog.
#[component]
pub fn InviteDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The roles that the practice has made.
    own: Memo<Vec<OwnRole>>,
    /// Called when somebody was invited.
    #[prop(into)]
    on_invited: Callback<()>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    view! {
        <Dialog open id="invite-title" title="Invite somebody">
            {
                let email = RwSignal::new(String::new());
                let role = RwSignal::new(Role::Clinician.as_str().to_owned());
                let work = Work::new();
                let submit = move |event: web_sys::SubmitEvent| {
                    event.prevent_default();
                    let (role, role_id) = super::chosen(&role.get_untracked());
                    let form = Invite { email: Phi::new(email.get_untracked().trim().to_owned()), role, role_id };
                    work.run(async move { api.invite(&form).await }, move |_| {
                        notices.say("The invitation is on its way");
                        open.set(false);
                        on_invited.run(());
                    });
                };
                view! {
                    <form on:submit=submit>
                        <Field
                            label="E-mail" id="invite-email" kind="email" required=true autofocus=true
                            value=email problem=work.about("email")
                            hint="They get a link that works once, for 72 hours."
                        />
                        <Choice
                            label="Role" id="invite-role" options=super::choices(session, &own.get_untracked())
                            value=role.into() on_choose=move |word| role.set(word)
                        />
                        <Refusal of=work.failure()/>
                        <div class="actions">
                            <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                            <Submit label="Send invitation" work/>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
    .drawn()
}
