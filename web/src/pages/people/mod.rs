//! The people of the practice: who they are, who is invited, and what each role may do.

mod activity;
mod invite;
mod invited;
mod person;
mod review;
mod roles;

pub use activity::ActivityPage;
pub use review::ReviewPage;

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{
    RoleId,
    page::Page,
    people::PersonView,
    permissions::{Permission, Powers, Role},
};

use self::{invite::InviteDialog, invited::Invited, person::Person, roles::Roles};
use crate::{
    api::{OwnRole, SignedIn},
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
    let roles = fetched(|api| async move { api.list_roles().await });
    let own = Memo::new(move |_| roles.here().unwrap_or_default());
    let inviting = RwSignal::new(false);
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="People".to_owned()/>
                <a class="button" href="/people/review">"Access review"</a>
                {session.may(Permission::ReadAudit).then(|| view! { <a class="button" href="/people/activity">"Activity review"</a> })}
                {changing(move || session.may(Permission::WritePeople).then(|| view! {
                    <a class="button" href="/people/sign-in">"Single sign-on"</a>
                    <button type="button" class="primary" on:click=move |_| inviting.set(true)>
                        <Icon name="plus"/>
                        "Invite"
                    </button>
                }))}
            </div>
            <section class="card" aria-labelledby="team-title">
                <h2 id="team-title">"In the practice"</h2>
                <Fetch
                    of=people
                    view={move |page: Page<PersonView>| view! {
                        <ul class="plain">
                            {changing(move || {
                                let own = own.get();
                                page.items.iter().map(|one| view! { <Person one=one.clone() people own=own.clone()/> }).collect_view()
                            })}
                        </ul>
                        <More of=people ask=move |cursor| api.list_people(Some(cursor))/>
                    }}
                />
            </section>
            <Invited invited own/>
            <Roles roles/>
            <InviteDialog open=inviting own on_invited=move |()| invited.ask_again()/>
        </div>
    }
    .drawn()
}

/// The roles that the signed-in person may give, as choices.
fn choices(session: Session, own: &[OwnRole]) -> Vec<(String, String)> {
    let built_in = Role::ALL
        .iter()
        .map(|role| (Powers::from(*role), role.as_str().to_owned(), words::role(*role).to_owned()));
    let own = own.iter().map(|role| (role.powers, role.id.clone(), role.name.clone()));
    let acting = session.powers();
    built_in
        .chain(own)
        .filter(|(powers, ..)| acting.may_give(*powers))
        .map(|(_, word, text)| (word, text))
        .collect()
}

/// What somebody may do who has this role, or the practice's own one that is named.
fn powers(role: Role, named: Option<RoleId>, own: &[OwnRole]) -> Powers {
    let named = named.and_then(|id| own.iter().find(|role| role.is(id)));
    named.map_or_else(|| role.into(), |role| role.powers)
}

/// A choice as what is sent.
fn chosen(word: &str) -> (Option<Role>, Option<RoleId>) {
    (Role::from_word(word), word.parse().ok())
}
