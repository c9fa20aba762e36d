//! Who is invited and has not come yet.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::{
    page::Page,
    people::{InvitationView, MailState},
};

use crate::{
    api::{OwnRole, SignedIn},
    components::{Loaded, Moment, Refusal, Work},
    logic::words,
    state::{Notices, Session},
};

/// The list; nothing where nobody is invited.
#[component]
pub fn Invited(
    /// The invitations.
    invited: Loaded<Page<InvitationView>>,
    /// The roles that the practice has made.
    own: Memo<Vec<OwnRole>>,
) -> impl IntoView {
    let items = move || invited.here().map(|page| page.items).filter(|items| !items.is_empty());
    view! {
        {changing(move || items().map(|items| view! {
            <section class="card" aria-labelledby="invited-title">
                <h2 id="invited-title">"Invited"</h2>
                <ul class="plain">{items.into_iter().map(|one| row(one, invited, &own.get())).collect_view()}</ul>
            </section>
        }))}
    }
    .drawn()
}

fn row(one: InvitationView, invited: Loaded<Page<InvitationView>>, own: &[OwnRole]) -> Drawn {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let named = one.own_role.as_ref().map(|own| own.id);
    let may = session.powers().may_give(super::powers(one.role, named, own));
    let called = one.own_role.map_or_else(|| words::role(one.role).to_owned(), |own| own.name.into_inner());
    let id = one.id;
    let revoke = move |_| {
        work.run(async move { api.revoke_invitation(id).await }, move |()| {
            notices.say("The link opens nothing any more");
            invited.ask_again();
        });
    };
    let (badge, good) = match (one.mail, one.expired) {
        (MailState::Failed, _) => ("Mail not delivered", false),
        (_, true) => ("Expired", false),
        (MailState::Waiting, false) => ("Mail on its way", true),
        (MailState::Sent, false) => ("Mail sent", true),
    };
    view! {
        <li class="consent person">
            <div class="grow">
                <p class="break"><strong>{one.email.into_inner()}</strong></p>
                <p class="hint">{called} ", until " <Moment at=one.expires_at/></p>
                <Refusal of=work.failure()/>
            </div>
            <span class="badge" class:warn=!good>{badge}</span>
            {may.then(|| view! {
                <button type="button" class="quiet" disabled=move || work.is_busy() on:click=revoke>"Take back"</button>
            })}
        </li>
    }
    .drawn()
}
