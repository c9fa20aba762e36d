//! One person: their role, and whether they may sign in.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    page::Page,
    people::{EditPerson, PersonView},
};

use crate::{
    api::{OwnRole, SignedIn},
    components::{Choice, Loaded, Moment, Refusal, Switch, Work},
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
        </li>
    }
    .drawn()
}
