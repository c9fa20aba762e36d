//! What each role may do: the matrix that the server goes by, as a table, and the practice's own roles.

use std::fmt::Write;

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::permissions::{Permission, Powers, Role};

use crate::{
    api::{Call, OwnRole, SignedIn},
    components::{Dialog, Form, Input, Kind, Loaded, Work},
    logic::words,
    state::{Notices, Session},
};

/// The table, and what changes the practice's own roles.
#[component]
pub fn Roles(
    /// The roles that the practice has made.
    roles: Loaded<Vec<OwnRole>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let (open, edited) = (RwSignal::new(false), RwSignal::new(None::<OwnRole>));
    let own = move || roles.here().unwrap_or_default();
    let button = move |label: String, role: Option<OwnRole>| {
        view! {
            <button type="button" on:click=move |_| { edited.set(role.clone()); open.set(true); }>{label}</button>
        }
        .drawn()
    };
    let buttons = move || {
        let acting = session.powers();
        let theirs = own().into_iter().filter(|role| acting.may_give(role.powers));
        let edits = theirs.map(|role| button(format!("Change {}", role.name), Some(role)));
        session
            .may(Permission::WritePeople)
            .then(|| edits.chain([button("New role".to_owned(), None)]).collect::<Vec<_>>())
    };
    view! {
        <section class="card" aria-labelledby="roles-title">
            <h2 id="roles-title">"What each role may do"</h2>
            <div class="table" tabindex="0" role="region" aria-label="Table of roles">
                <table class="roles" inner_html=move || table(&own())></table>
            </div>
            <div class="actions">{buttons}</div>
            <Dialog open id="role-title" title="A role of your own">
                {changing(move || editor(edited.get_untracked(), roles, open))}
            </Dialog>
        </section>
    }
    .drawn()
}

/// The form for a new role, or for one that is there.
fn editor(role: Option<OwnRole>, roles: Loaded<Vec<OwnRole>>, open: RwSignal<bool>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let done = move |said: &'static str| {
        notices.say(said);
        open.set(false);
        roles.ask_again();
    };
    let acting = session.powers();
    let may =
        Permission::ALL.iter().filter(|one| acting.role == Role::Owner || acting.permissions.contains(**one));
    let word =
        |permission: &Permission| (permission.as_str().to_owned(), words::permission(*permission).to_owned());
    let mut inputs = vec![Input {
        name: "name",
        label: "Name",
        hint: "",
        kind: Kind::Line("text"),
        optional: false,
        value: role.as_ref().map(|role| role.name.clone()).unwrap_or_default(),
    }];
    if role.is_none() {
        let bases = Role::ALL.iter().filter(|role| **role != Role::Owner);
        let base = |role: &Role| (role.as_str().to_owned(), words::role(*role).to_owned());
        inputs.push(Input {
            name: "base",
            label: "For people like",
            hint: "This stays.",
            kind: Kind::One(bases.map(base).collect()),
            value: Role::Clinician.as_str().to_owned(),
            optional: false,
        });
    }
    inputs.push(Input {
        name: "permissions",
        label: "May",
        hint: "",
        kind: Kind::Any(may.map(word).collect()),
        optional: false,
        value: role.as_ref().map(|role| role.powers.permissions.to_words()).unwrap_or_default(),
    });
    let id = role.as_ref().map(|role| role.id.clone());
    let is_new = id.is_none();
    let send = {
        let id = id.clone();
        move |filled: String| {
            let call = match &id {
                Some(id) => Call::new("PATCH", format!("/roles/{id}")),
                None => Call::post("/roles"),
            };
            work.run(api.text(call.text(&filled)), move |_| done("Saved"));
        }
    };
    let remove = role.filter(|role| !role.in_use).map(|role| {
        let remove = move |_| {
            let call = Call::new("DELETE", format!("/roles/{}", role.id));
            work.run(api.text(call), move |_| done("Removed"));
        };
        view! { <button type="button" class="quiet" on:click=remove>"Remove this role"</button> }.drawn()
    });
    view! {
        <Form inputs label={if is_new { "Add role" } else { "Save" }} work on_send=send/>
        {remove}
    }
    .drawn()
}

/// Written as text: a view of some 200 cells would be a good part of the first load.
fn table(own: &[OwnRole]) -> String {
    let built_in = Role::ALL.iter().map(|role| (words::role(*role).to_owned(), Powers::from(*role)));
    let columns: Vec<_> = built_in.chain(own.iter().map(|role| (escaped(&role.name), role.powers))).collect();
    let mut html = String::from("<thead><tr><th scope=col>Permission</th>");
    // Writing into a String cannot fail.
    for (name, _) in &columns {
        let _ = write!(html, "<th scope=col>{name}</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for permission in Permission::ALL {
        let _ = write!(html, "<tr><th scope=row>{}</th>", words::permission(*permission));
        for (_, powers) in &columns {
            html.push_str(if powers.permissions.contains(*permission) {
                "<td class=mark-cell><span aria-hidden=true>✓</span><span class=visually-hidden>yes</span></td>"
            } else {
                "<td class=mark-cell><span aria-hidden=true>–</span><span class=visually-hidden>no</span></td>"
            });
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody>");
    html
}

/// What somebody has typed, as text within HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
