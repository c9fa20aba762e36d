//! Which page stands at which address, and who may open it.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::{FlatRoutes, Route},
    hooks::use_navigate,
    path,
};
use shared::permissions::Permission;

use crate::{
    api::{SignedIn, browser},
    logic::return_path,
    pages::{
        NotFound, Waiting,
        account::AccountPage,
        audit::AuditPage,
        auth::{InvitationPage, SignInPage, SignUpPage},
        clients::{ClientPage, ClientsPage},
        governance::GovernancePage,
        notes::PrintPage,
        people::PeoplePage,
        practice::PracticePage,
        sessions::SessionPage,
    },
    state::{Phase, Session},
};

/// Every page.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound/> }.drawn()>
            <Route path=path!("/") view=home/>
            <Route path=path!("/sign-in") view=|| view! { <SignInPage/> }.drawn()/>
            <Route path=path!("/sign-up") view=|| view! { <SignUpPage/> }.drawn()/>
            <Route path=path!("/invitation") view=|| view! { <InvitationPage/> }.drawn()/>
            <Route path=path!("/clients") view=|| guarded(|| view! { <ClientsPage/> }.drawn())/>
            <Route path=path!("/clients/:id") view=|| guarded(|| view! { <ClientPage/> }.drawn())/>
            <Route path=path!("/sessions/:id") view=|| guarded(|| view! { <SessionPage/> }.drawn())/>
            <Route path=path!("/notes/:id/print") view=|| guarded(|| view! { <PrintPage/> }.drawn())/>
            <Route path=path!("/people") view=|| guarded(|| view! { <PeoplePage/> }.drawn())/>
            <Route path=path!("/practice") view=|| guarded(|| view! { <PracticePage/> }.drawn())/>
            <Route path=path!("/governance") view=|| guarded(|| view! { <GovernancePage/> }.drawn())/>
            <Route path=path!("/account") view=|| signed_in(|| view! { <AccountPage/> }.drawn())/>
            <Route path=path!("/audit") view=|| guarded(|| view! { <AuditPage/> }.drawn())/>
        </FlatRoutes>
    }
}

/// Goes to another page when this turn is over; the page one is on does not stay in the history.
pub fn go_instead(path: String) {
    let navigate = use_navigate();
    set_timeout(
        move || navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() }),
        std::time::Duration::ZERO,
    );
}

/// A page for somebody who has shown whatever their role asks for; others do that first, in their account.
fn guarded(page: fn() -> Drawn) -> Drawn {
    signed_in(move || {
        if expect_context::<Session>().me_untracked().is_some_and(|me| me.owes_second_factor) {
            go_instead("/account".to_owned());
            return ().drawn();
        }
        page()
    })
}

/// A page that only somebody who has signed in can see; others sign in first and come back.
fn signed_in(page: impl Fn() -> Drawn + Clone + Send + 'static) -> Drawn {
    let session = expect_context::<Session>();
    let who = Memo::new(move |_| match session.phase() {
        Phase::Starting => None,
        Phase::Out => Some(None),
        Phase::In(me) => Some(Some(me.user.id)),
    });
    (move || match who.get() {
        None => view! { <Waiting/> }.drawn(),
        Some(None) => {
            go_instead(return_path::sign_in(&browser::here()));
            ().drawn()
        }
        Some(Some(_)) => {
            provide_context(SignedIn::of(session));
            page()
        }
    })
    .drawn()
}

fn home() -> Drawn {
    guarded(|| {
        let session = expect_context::<Session>();
        let pages = [
            (Permission::ReadClients, "/clients"),
            (Permission::ReadAudit, "/audit"),
            (Permission::ReadGovernance, "/governance"),
        ];
        let first = pages.iter().find(|(permission, _)| untrack(|| session.may(*permission)));
        go_instead(first.map_or("/clients", |(_, page)| page).to_owned());
        ().drawn()
    })
}
