//! The people of the practice: who they are, who is invited, and what each role may do.

mod invite;
mod invited;
mod person;
mod roles;

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    page::Page,
    people::PersonView,
    permissions::{Permission, Role},
};

use self::{invite::InviteDialog, invited::Invited, person::Person, roles::Roles};
use crate::{
    api::SignedIn,
    components::{Fetch, Icon, More, PageTitle, fetched},
    logic::words,
    state::Session,
};

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let people = fetched(|api| async move { api.list_people(None).await });
    let invited = fetched(|api| async move { api.list_invitations().await });
    let inviting = RwSignal::new(false);
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="People".to_owned()/>
                {move || session.may(Permission::WritePeople).then(|| view! {
                    <button type="button" class="primary" on:click=move |_| inviting.set(true)>
                        <Icon name="plus"/>
                        "Invite"
                    </button>
                })}
            </div>
            <section class="card" aria-labelledby="team-title">
                <h2 id="team-title">"In the practice"</h2>
                <Fetch
                    of=people
                    view={move |page: Page<PersonView>| view! {
                        <ul class="plain">
                            {page.items.into_iter().map(|one| view! { <Person one people/> }).collect_view()}
                        </ul>
                        <More of=people ask=move |cursor| api.list_people(Some(cursor))/>
                    }}
                />
            </section>
            <Invited invited/>
            <Roles/>
            <InviteDialog open=inviting on_invited=move |()| invited.ask_again()/>
        </div>
    }
    .drawn()
}

/// The roles that the signed-in person may give, as choices.
fn choices(session: Session) -> Vec<(String, String)> {
    let acting = session.me_untracked().map(|me| me.role);
    let may = |role: Role| acting.is_some_and(|acting| acting.may_give(role));
    let roles = Role::ALL.iter().filter(|role| may(**role));
    roles.map(|role| (role.as_str().to_owned(), words::role(*role).to_owned())).collect()
}
