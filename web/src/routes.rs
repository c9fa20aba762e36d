//! Which page stands at which address, and who may open it.

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
        audit::AuditPage,
        auth::{SignInPage, SignUpPage},
        clients::{ClientPage, ClientsPage},
        governance::GovernancePage,
        notes::PrintPage,
        sessions::SessionPage,
    },
    state::{Phase, Session},
};

/// Every page.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound/> }.into_any()>
            <Route path=path!("/") view=home/>
            <Route path=path!("/sign-in") view=|| view! { <SignInPage/> }.into_any()/>
            <Route path=path!("/sign-up") view=|| view! { <SignUpPage/> }.into_any()/>
            <Route path=path!("/clients") view=|| guarded(|| view! { <ClientsPage/> }.into_any())/>
            <Route path=path!("/clients/:id") view=|| guarded(|| view! { <ClientPage/> }.into_any())/>
            <Route path=path!("/sessions/:id") view=|| guarded(|| view! { <SessionPage/> }.into_any())/>
            <Route path=path!("/notes/:id/print") view=|| guarded(|| view! { <PrintPage/> }.into_any())/>
            <Route path=path!("/governance") view=|| guarded(|| view! { <GovernancePage/> }.into_any())/>
            <Route path=path!("/audit") view=|| guarded(|| view! { <AuditPage/> }.into_any())/>
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

/// A page that only somebody who has signed in can see; others sign in first and come back.
fn guarded(page: fn() -> AnyView) -> AnyView {
    let session = expect_context::<Session>();
    let who = Memo::new(move |_| match session.phase() {
        Phase::Starting => None,
        Phase::Out => Some(None),
        Phase::In(me) => Some(Some(me.user.id)),
    });
    (move || match who.get() {
        None => view! { <Waiting/> }.into_any(),
        Some(None) => {
            go_instead(return_path::sign_in(&browser::here()));
            ().into_any()
        }
        Some(Some(_)) => {
            provide_context(SignedIn::of(session));
            page()
        }
    })
    .into_any()
}

fn home() -> AnyView {
    guarded(|| {
        let session = expect_context::<Session>();
        let first = if untrack(|| session.may(Permission::ReadClients)) { "/clients" } else { "/audit" };
        go_instead(first.to_owned());
        ().into_any()
    })
}
