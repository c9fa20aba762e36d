//! One person: their role, and whether they may sign in.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    page::Page,
    people::{EditPerson, PersonView},
    permissions::{Permission, Role},
};

use crate::{
    api::{OwnRole, SignedIn},
    components::{Choice, Loaded, Member, Members, Moment, Refusal, Switch, Work},
    logic::words,
    state::{Notices, Session},
};

/// A row of the list.
#[component]
pub fn Person(
    /// Who.
    one: PersonView,
    /// The list they stand in.
    people: Loaded<Page<PersonView>>,
    /// The roles that the practice has made.
    own: Vec<OwnRole>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let active = RwSignal::new(one.active);
    let id = one.id;
    let named = one.own_role.as_ref().map(|own| own.id);
    let before = named.map_or_else(|| one.role.as_str().to_owned(), |id| id.to_string());
    let role = RwSignal::new(before.clone());
    let called = one
        .own_role
        .as_ref()
        .map_or_else(|| words::role(one.role).to_owned(), |own| own.name.reveal().clone());
    let name = StoredValue::new(one.name.clone().into_inner());
    let me = session.me_untracked();
    let is_me = me.as_ref().is_some_and(|me| me.user.id == id);
    let may = !is_me && session.powers().may_give(super::powers(one.role, named, &own));
    let before = StoredValue::new(before);
    let change = move |form: EditPerson, said: &'static str| {
        work.run(
            async move {
                let answer = api.edit_person(id, &form).await;
                if answer.is_err() {
                    role.try_set(before.get_value());
                }
                answer
            },
            move |changed: PersonView| {
                notices.say(said);
                people.change(|page| {
                    if let Some(one) = page.items.iter_mut().find(|one| one.id == id) {
                        *one = changed;
                    }
                });
            },
        );
    };
    let supervise = Callback::new(move |(by, there): (String, bool)| {
        work.run(api.set_there(there, format!("/users/{id}/supervisors/{by}")), move |()| people.ask_again());
    });
    // Whoever is an owner answers for themselves.
    let supervised = one.role.may(Permission::WriteNotes) && one.role != Role::Owner;
    let (supervisors, could) = candidates(&one, may, people);
    let choose = move |word: String| {
        role.set(word.clone());
        let (role, role_id) = super::chosen(&word);
        change(EditPerson { role, role_id, active: None }, "The new role holds from now on");
    };
    let set_active = move |on: bool| {
        let said = if on { "They can sign in again" } else { "Signed out everywhere, and kept out" };
        change(EditPerson { active: Some(on), ..EditPerson::default() }, said);
    };
    view! {
        <li class="consent person">
            <div class="grow">
                <p>
                    <strong>{one.name.into_inner()}</strong>
                    {is_me.then_some(" (you)")} " "
                    {(!one.active).then(|| view! { <span class="badge warn">"No access"</span> })}
                </p>
                <p class="hint break">{one.email.into_inner()}</p>
                <p class="hint">
                    {one.last_used_at.map_or_else(
                        || view! { "Never signed in" }.drawn(),
                        |at| view! { "Last here " <Moment at=at/> }.drawn(),
                    )}
                </p>
                <Refusal of=work.failure()/>
            </div>
            {if may {
                view! {
                    <Choice
                        label=format!("Role of {}", name.get_value()) id=format!("role-{id}") quiet=true
                        options=super::choices(session, &own) value=role.into() on_choose=choose
                        disabled=Signal::derive(move || work.is_busy())
                    />
                }
                .drawn()
            } else {
                view! { <span class="badge">{called}</span> }.drawn()
            }}
            {may.then(|| view! {
                <Switch
                    label=format!("Access of {}", name.get_value()) on=active on_switch=set_active
                    disabled=Signal::derive(move || work.is_busy())
                />
            })}
            {(supervised && !(supervisors.is_empty() && could.is_empty())).then(|| view! {
                <div class="whole">
                    <p class="hint">"Supervised by"{supervisors.is_empty().then_some(" nobody")}</p>
                    <Members
                        label=format!("Supervisor of {}", name.get_value()) id=format!("supervisor-{id}")
                        here=supervisors others=could on_change=supervise
                        busy=Signal::derive(move || work.is_busy())
                    />
                </div>
            })}
        </li>
    }
    .drawn()
}

/// Who supervises somebody, and who else could.
fn candidates(one: &PersonView, may: bool, people: Loaded<Page<PersonView>>) -> (Vec<Member>, Vec<Member>) {
    let everybody = people.here_untracked().map(|page| page.items).unwrap_or_default();
    // What a role of the practice's own allows, the server knows.
    let may_sign = |it: &PersonView| it.own_role.is_some() || it.role.may(Permission::CoSignNotes);
    let could = |it: &&PersonView| it.active && it.id != one.id && may_sign(it);
    let member =
        |it: &PersonView| (it.id.to_string(), it.name.reveal().clone(), words::role(it.role).to_lowercase());
    let here = everybody.iter().filter(|it| one.supervisors.contains(&it.id)).map(member).collect();
    let others = everybody.iter().filter(could).filter(|_| may).map(member).collect();
    (here, others)
}
