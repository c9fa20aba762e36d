//! Which page stands at which address, and who may open it.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::{FlatRoutes, Route},
    hooks::use_navigate,
    path,
};
use shared::{UserId, permissions::Permission};

use crate::pages::{
    account::AccountPage,
    audit::AuditPage,
    auth::{ForgottenPage, InvitationPage, NewPasswordPage, SignInPage, SignUpPage},
    clients::{ClientPage, ClientsPage},
    disclosures::DisclosuresPage,
    emergency::{EmergencyPage, EmergencyQueuePage},
    governance::GovernancePage,
    incidents::{IncidentPage, IncidentsPage},
    notes::PrintPage,
    people::{ActivityPage, PeoplePage, ReviewPage},
    practice::{ApiKeysPage, DeletionPage, PracticePage},
    requests::RequestsPage,
    retention::RetentionPage,
    sessions::SessionPage,
    sso::SsoPage,
};
use crate::{
    apart::page,
    api::{SignedIn, browser},
    logic::return_path,
    pages::{NotFound, Waiting, lock},
    state::{Phase, Session},
};

/// Every page.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound/> }.drawn()>
            <Route path=path!("/") view=home/>
            <Route path=path!("/sign-in") view=|| view! { <SignInPage/> }.drawn()/>
            <Route path=path!("/sign-up") view=page!(office: SignUpPage)/>
            <Route path=path!("/invitation") view=page!(office: InvitationPage)/>
            <Route path=path!("/forgotten-password") view=page!(office: ForgottenPage)/>
            <Route path=path!("/new-password") view=page!(office: NewPasswordPage)/>
            <Route path=path!("/clients") view=|| guarded(page!(clients: ClientsPage))/>
            <Route path=path!("/clients/:id") view=|| guarded(page!(clients: ClientPage))/>
            <Route path=path!("/sessions/:id") view=|| guarded(page!(sessions: SessionPage))/>
            <Route path=path!("/notes/:id/print") view=|| guarded(page!(office: PrintPage))/>
            <Route path=path!("/people") view=|| guarded(page!(office: PeoplePage))/>
            <Route path=path!("/people/sign-in") view=|| guarded(page!(office: SsoPage))/>
            <Route path=path!("/people/review") view=|| guarded(page!(office: ReviewPage))/>
            <Route path=path!("/people/activity") view=|| guarded(page!(office: ActivityPage))/>
            <Route path=path!("/practice") view=|| guarded(page!(office: PracticePage))/>
            <Route path=path!("/practice/api-keys") view=|| guarded(page!(office: ApiKeysPage))/>
            <Route path=path!("/practice/emergency-access") view=|| guarded(page!(office: EmergencyQueuePage))/>
            <Route path=path!("/requests") view=|| guarded(page!(office: RequestsPage))/>
            <Route path=path!("/disclosures") view=|| guarded(page!(office: DisclosuresPage))/>
            <Route path=path!("/retention") view=|| guarded(page!(office: RetentionPage))/>
            <Route path=path!("/deletions/:id") view=page!(office: DeletionPage)/>
            <Route path=path!("/emergency-access") view=|| guarded(page!(office: EmergencyPage))/>
            <Route path=path!("/governance") view=|| guarded(page!(office: GovernancePage))/>
            <Route path=path!("/incidents") view=|| guarded(page!(office: IncidentsPage))/>
            <Route path=path!("/incidents/:id") view=|| guarded(page!(office: IncidentPage))/>
            <Route path=path!("/account") view=|| signed_in(page!(office: AccountPage))/>
            <Route path=path!("/audit") view=|| guarded(page!(office: AuditPage))/>
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
        Phase::Starting => Who::Unknown,
        Phase::Out => Who::Nobody,
        Phase::Locked => Who::Away,
        Phase::In(me) => Who::Here(me.user.id),
    });
    (move || match who.get() {
        Who::Unknown => view! { <Waiting/> }.drawn(),
        Who::Nobody => {
            go_instead(return_path::sign_in(&browser::here()));
            ().drawn()
        }
        Who::Away => lock(),
        Who::Here(_) => {
            provide_context(SignedIn::of(session));
            page()
        }
    })
    .drawn()
}

/// Whom a page is drawn for; drawn anew when that changes.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Unknown,
    Nobody,
    Away,
    Here(UserId),
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
