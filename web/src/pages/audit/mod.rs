//! The audit trail: who did what, when. Ids, with names where whoever reads it may know them.

mod check;
mod filter;
mod names;
mod readers;
mod save;

use std::sync::Arc;

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::{
    ClientId,
    audit::{AuditEventView, TrailRetention},
    page::Page,
};

use self::names::Names;
use crate::{
    api::SignedIn,
    components::{Empty, Fetch, Moment, More, PageTitle, Work, fetched},
    logic::words,
    state::Session,
};

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let (work, found) = (Work::new(), RwSignal::new(None));
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(filter::asked));
    let client = Memo::new(move |_| query.with(|query| query.get("client_id")?.parse::<ClientId>().ok()));
    let known = fetched(move |api| names::load(api, session));
    let names = Memo::new(move |_| known.here().unwrap_or_default());
    let retention = fetched(SignedIn::load_trail_retention);
    let events = fetched(move |api| {
        let asked = asked.get();
        async move { api.list_audit_events(&asked, None).await }
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <PageTitle title="Audit trail".to_owned()/>
                    <p class="lead">"Every look at a chart, every change and every refusal."</p>
                    {changing(move || retention.here().map(kept))}
                </div>
                <a class="button" href="/practice/emergency-access">"Emergency access"</a>
                {check::button(work, found)}
            </div>
            {check::result(work, found)}
            <Fetch of=known view={move |names: Arc<Names>| query.with_untracked(|query| filter::form(query, &names))}/>
            {changing(move || client.get().map(readers::readers))}
            <section class="card" aria-label="Events">
                <Fetch
                    of=events
                    view={move |page: Page<AuditEventView>| {
                        if page.items.is_empty() {
                            return view! { <Empty icon="list" title="There is no such event"/> }.drawn();
                        }
                        let rows: Vec<_> = page.items.into_iter().map(|event| row(event, names)).collect();
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
                                            <th scope="col">"From"</th>
                                            <th scope="col">"Request"</th>
                                        </tr>
                                    </thead>
                                    <tbody>{rows}</tbody>
                                </table>
                            </div>
                            <More of=events ask=move |cursor| async move {
                                api.list_audit_events(&asked.get_untracked(), Some(cursor)).await
                            }/>
                        }
                        .drawn()
                    }}
                />
                {save::save(asked)}
            </section>
        </div>
    }
    .drawn()
}

/// From when on it holds everything.
fn kept(retention: TrailRetention) -> Drawn {
    let removed = if retention.held {
        "Nothing is removed while a client is on legal hold.".to_owned()
    } else {
        format!("An event is removed after {} years.", retention.years)
    };
    view! { <p class="hint">"Kept since " <Moment at=retention.kept_since/> ". " {removed}</p> }.drawn()
}

fn row(event: AuditEventView, names: Memo<Arc<Names>>) -> Drawn {
    let done = event.outcome == "done";
    let name = move |id: String| {
        view! { <span>{changing(move || names.with(|names| names.of(&id)))}</span> }.drawn()
    };
    let who = match event.user_id {
        Some(id) => name(id.to_string()),
        None => event.actor.drawn(),
    };
    let client = event.client_id.map(|id| name(id.to_string()));
    let about = event.subject_id.map(|id| tail(&id.to_string()));
    let what_for = if event.emergency_id.is_some() { Some("emergency".to_owned()) } else { event.purpose };
    view! {
        <tr>
            <td><Moment at=event.at/></td>
            <td>
                {words::spaced(&event.action)}
                {what_for.map(|word| view! { " " <span class="badge">{words::spaced(&word)}</span> })}
            </td>
            <td>{words::spaced(&event.subject)} " " <code>{about}</code> " " {client}</td>
            <td>{who} " " <small class="hint">{event.role.as_deref().map(words::spaced)}</small></td>
            <td><span class="badge" class:good=done class:warn=!done>{words::spaced(&event.outcome)}</span></td>
            <td>{event.network}</td>
            <td><code>{event.request_id}</code></td>
        </tr>
    }
    .drawn()
}

/// The end of an id, which is what tells two of them apart.
fn tail(id: &str) -> String {
    format!("…{}", id.get(id.len().saturating_sub(8)..).unwrap_or(id))
}
