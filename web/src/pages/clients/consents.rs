//! What a client agreed to: recorded, and taken back.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{
    ClientId, Phi,
    consents::{ConsentKind, ConsentMethod, ConsentView, NewConsent},
    page::Page,
    permissions::Permission,
};

use crate::{
    api::SignedIn,
    components::{Choice, Dialog, Fetch, Field, Loaded, Moment, Refusal, Submit, Work, fetched},
    logic::{consent_text, words},
    state::{Notices, Session},
};

/// The card.
#[component]
pub fn Consents(
    /// Whose.
    client: ClientId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let consents = fetched(move |api| async move { api.list_consents(client).await });
    let recording = RwSignal::new(false);
    let may = move || session.may(Permission::WriteConsents);
    view! {
        <section class="card" aria-labelledby="consents-title">
            <div class="card-head">
                <h2 id="consents-title">"Consents"</h2>
                {changing(move || may().then(|| view! {
                    <button type="button" on:click=move |_| recording.set(true)>"Record consent"</button>
                }))}
            </div>
            <Fetch
                of=consents
                view={move |page: Page<ConsentView>| {
                    if page.items.is_empty() {
                        return view! {
                            <p class="muted">"None yet. A session can be recorded once a consent is here."</p>
                        }
                        .drawn();
                    }
                    view! {
                        <ul class="plain">
                            {page
                                .items
                                .into_iter()
                                .map(|consent| view! { <Row consent consents/> })
                                .collect_view()}
                        </ul>
                    }
                    .drawn()
                }}
            />
            <Dialog open=recording id="record-consent-title" title="Record consent">
                <Record client consents open=recording/>
            </Dialog>
        </section>
    }
    .drawn()
}

#[component]
fn Row(consent: ConsentView, consents: Loaded<Page<ConsentView>>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let asking = RwSignal::new(false);
    let kind = words::consent_kind(consent.kind);
    let id = consent.id;
    let revoke = move |_| {
        work.run(async move { api.revoke_consent(id).await }, move |revoked| {
            consents.change(|page| {
                if let Some(one) = page.items.iter_mut().find(|one| one.id == revoked.id) {
                    *one = revoked;
                }
            });
            notices.say("Consent revoked");
        });
    };
    let live = consent.revoked_at.is_none();
    let others = consent.participants.iter().map(|one| one.reveal().as_str()).collect::<Vec<_>>().join(", ");
    view! {
        <li class="consent">
            <div class="grow">
                <p>
                    <strong>{kind}</strong>
                    " "
                    <span class="badge" class:good=live>{if live { "Holds" } else { "Revoked" }}</span>
                </p>
                <p class="hint">
                    {words::consent_method(consent.method)} ", " <Moment at=consent.granted_at/>
                    {(!others.is_empty()).then(|| format!(", with {others}"))}
                    {consent.revoked_at.map(|at| view! { ", revoked " <Moment at/> })}
                </p>
                <Refusal of=work.failure()/>
            </div>
            {changing(move || (live && session.may(Permission::WriteConsents)).then(|| if asking.get() {
                view! {
                    <span class="row">
                        <button type="button" class="danger" on:click=revoke>"Revoke now"</button>
                        <button type="button" class="quiet" on:click=move |_| asking.set(false)>"Keep"</button>
                    </span>
                }
                .drawn()
            } else {
                view! {
                    <button
                        type="button"
                        class="quiet"
                        aria-label=format!("Revoke consent: {kind}")
                        on:click=move |_| asking.set(true)
                    >
                        "Revoke"
                    </button>
                }
                .drawn()
            }))}
        </li>
    }
    .drawn()
}

#[component]
fn Record(client: ClientId, consents: Loaded<Page<ConsentView>>, open: RwSignal<bool>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let kind = RwSignal::new(ConsentKind::Recording);
    let method = RwSignal::new(ConsentMethod::Verbal);
    let others = RwSignal::new(String::new());
    let work = Work::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let form = new_consent(kind.get_untracked(), method.get_untracked(), &others.get_untracked());
        work.run(async move { api.record_consent(client, &form).await }, move |consent| {
            consents.change(|page| page.items.insert(0, consent));
            open.set(false);
            notices.say("Consent recorded");
        });
    };
    let kinds =
        ConsentKind::ALL.iter().map(|one| (one.as_str().to_owned(), words::consent_kind(*one).to_owned()));
    let methods = ConsentMethod::ALL
        .iter()
        .map(|one| (one.as_str().to_owned(), words::consent_method(*one).to_owned()));
    view! {
        <form on:submit=submit>
            <Choice
                label="What was agreed to" id="consent-kind" options=kinds.collect()
                value=Signal::derive(move || kind.get().as_str().to_owned())
                on_choose=move |word: String| if let Some(chosen) = ConsentKind::from_word(&word) { kind.set(chosen) }
            />
            <blockquote class="wording">{changing(move || consent_text::wording(kind.get()))}</blockquote>
            <Choice
                label="How" id="consent-method" options=methods.collect()
                value=Signal::derive(move || method.get().as_str().to_owned())
                on_choose=move |word: String| {
                    if let Some(chosen) = ConsentMethod::from_word(&word) { method.set(chosen) }
                }
            />
            <Field
                label="Others who agreed" id="participants" value=others
                hint="For example a partner or an interpreter; separate names by commas."
            />
            <Refusal of=work.failure()/>
            <div class="actions">
                <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                <Submit label="Save consent" work/>
            </div>
        </form>
    }
    .drawn()
}

/// A consent given now, to the present wording.
pub fn new_consent(kind: ConsentKind, method: ConsentMethod, others: &str) -> NewConsent {
    NewConsent {
        kind,
        text_version: consent_text::TEXT_VERSION.to_owned(),
        granted_at: None,
        method,
        participants: others
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| Phi::new(name.to_owned()))
            .collect(),
    }
}
