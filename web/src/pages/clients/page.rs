//! One client: sessions, consents, details.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{ClientId, clients::ClientView, permissions::Permission};

use super::{
    care_team::CareTeamCard, consents::Consents, details::Details, full_name, keeping::keeping,
    sessions::Sessions,
};
use crate::{
    components::{Fetch, Icon, PageTitle, fetched},
    pages::NotFound,
    state::Session,
};

/// The page.
#[component]
pub fn ClientPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<ClientId>().ok()));
    move || match id.get() {
        Some(id) => view! { <OneClient id/> }.drawn(),
        None => view! { <NotFound/> }.drawn(),
    }
}

#[component]
fn OneClient(id: ClientId) -> impl IntoView {
    let client = fetched(move |api| async move { api.load_client(id).await });
    let session = expect_context::<Session>();
    let here = Memo::new(move |_| client.here().is_some());
    view! {
        <div class="page">
            <a class="back" href="/clients"><Icon name="back"/>"Clients"</a>
            {changing(move || if here.get() {
                let name = Signal::derive(move || client.here().as_ref().map(full_name).unwrap_or_default());
                view! {
                    <PageTitle title=name window="Client"/>
                    {keeping(id)}
                    {session.may(Permission::ReadAudit).then(|| view! {
                        <p><a href=format!("/audit?client_id={id}")>"Who has seen this client"</a></p>
                    })}
                    <div class="client-page">
                        <Sessions client=id/>
                        <div class="stack">
                            {session.may(Permission::ReadConsents).then(|| view! { <Consents client=id/> })}
                            <CareTeamCard client=id/>
                            {session.may(Permission::ReleaseRecords).then(|| view! {
                                <a class="button" href=format!("/requests?client={id}")>"Requests"</a>
                                <a class="button" href=format!("/disclosures?client={id}")>"Disclosures"</a>
                            })}
                            {session.may(Permission::ManageRetention).then(|| view! {
                                <a class="button" href=format!("/retention?client={id}")>"Retention and legal hold"</a>
                            })}
                            <Details client/>
                        </div>
                    </div>
                }
                .drawn()
            } else {
                view! { <Fetch of=client view={|_: ClientView| ()}/> }.drawn()
            })}
        </div>
    }
    .drawn()
}
