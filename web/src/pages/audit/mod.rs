//! The audit trail: who did what, when. Ids, never names.

mod check;

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{audit::AuditEventView, page::Page};

use crate::{
    api::SignedIn,
    components::{Empty, Fetch, Moment, More, PageTitle, Work, fetched},
    logic::words,
};

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let (work, found) = (Work::new(), RwSignal::new(None));
    let events = fetched(|api| async move { api.list_audit_events(None).await });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <PageTitle title="Audit trail".to_owned()/>
                    <p class="lead">"Every look at a chart, every change and every refusal. Ids, never names."</p>
                </div>
                <a class="button" href="/practice/emergency-access">"Emergency access"</a>
                {check::button(work, found)}
            </div>
            {check::result(work, found)}
            <section class="card" aria-label="Events">
                <Fetch
                    of=events
                    view={move |page: Page<AuditEventView>| {
                        if page.items.is_empty() {
                            return view! { <Empty icon="list" title="Nothing has happened yet"/> }.drawn();
                        }
                        view! {
                            <div class="table" tabindex="0" role="region" aria-label="Table of events">
                                <table>
                                    <thead>
                                        <tr>
                                            <th scope="col">"When"</th>
                                            <th scope="col">"What"</th>
                                            <th scope="col">"About"</th>
                                            <th scope="col">"By"</th>
                                            <th scope="col">"Outcome"</th>
                                            <th scope="col">"Request"</th>
                                        </tr>
                                    </thead>
                                    <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
                                </table>
                            </div>
                            <More of=events ask=move |cursor| api.list_audit_events(Some(cursor))/>
                        }
                        .drawn()
                    }}
                />
            </section>
        </div>
    }
    .drawn()
}

fn row(event: AuditEventView) -> Drawn {
    let done = event.outcome == "done";
    let who = event.user_id.map_or(event.actor, |id| tail(&id.to_string()));
    let about = event.subject_id.map(|id| tail(&id.to_string()));
    view! {
        <tr>
            <td><Moment at=event.at/></td>
            <td>{words::spaced(&event.action)}</td>
            <td>{words::spaced(&event.subject)} " " <code>{about}</code></td>
            <td><code>{who}</code></td>
            <td><span class="badge" class:good=done class:warn=!done>{words::spaced(&event.outcome)}</span></td>
            <td><code>{event.request_id}</code></td>
        </tr>
    }
    .drawn()
}

/// The end of an id, which is what tells two of them apart.
fn tail(id: &str) -> String {
    format!("…{}", id.get(id.len().saturating_sub(8)..).unwrap_or(id))
}
