//! No recording and no upload before a live consent to record. The server says the same again.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    ClientId,
    consents::{ConsentKind, ConsentMethod},
};

use crate::{
    api::{Failure, SignedIn},
    components::{Fetch, Icon, Loaded, Refusal, Work},
    logic::{consent_text, words},
    pages::clients::new_consent,
};

/// The clients who have no live consent to record.
pub async fn missing(api: SignedIn, clients: Vec<ClientId>) -> Result<Vec<ClientId>, Failure> {
    let mut missing = Vec::new();
    for client in clients {
        let consents = api.list_consents(client).await?;
        let live = |kind| consents.items.iter().any(|one| one.kind == kind && one.revoked_at.is_none());
        if !live(ConsentKind::Recording) {
            missing.push(client);
        }
    }
    Ok(missing)
}

/// The state of consent, and the way to record it.
#[component]
pub fn ConsentGate(
    /// Who has not agreed.
    missing: Loaded<Vec<ClientId>>,
) -> impl IntoView {
    let draw = move |clients: Vec<ClientId>| {
        if !clients.is_empty() {
            return view! { <Ask clients missing/> }.drawn();
        }
        view! {
            <p class="banner good" role="status">
                <Icon name="shield"/>
                "There is a live consent to record this session."
            </p>
        }
        .drawn()
    };
    view! { <Fetch of=missing view=draw/> }.drawn()
}

#[component]
fn Ask(clients: Vec<ClientId>, missing: Loaded<Vec<ClientId>>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let method = RwSignal::new(ConsentMethod::Verbal);
    let work = Work::new();
    let record = move |_| {
        let clients = clients.clone();
        let form = new_consent(ConsentKind::Recording, method.get_untracked(), "");
        let asking = async move {
            for client in clients {
                api.record_consent(client, &form).await?;
            }
            Ok(())
        };
        work.run(asking, move |()| missing.ask_again());
    };
    view! {
        <section class="card consent-gate" aria-labelledby="consent-title">
            <h2 id="consent-title"><Icon name="shield"/>"First, consent"</h2>
            <p>"Nothing can be recorded or sent before your client has agreed to this:"</p>
            <blockquote class="wording">{consent_text::wording(ConsentKind::Recording)}</blockquote>
            <fieldset class="choices">
                <legend>"How they agreed"</legend>
                {ConsentMethod::ALL
                    .iter()
                    .map(|one| view! {
                        <label>
                            <input
                                type="radio"
                                name="method"
                                checked=*one == ConsentMethod::Verbal
                                on:change=move |_| method.set(*one)
                            />
                            {words::consent_method(*one)}
                        </label>
                    })
                    .collect_view()}
            </fieldset>
            <Refusal of=work.failure()/>
            <div>
                <button type="button" class="primary" disabled=move || work.is_busy() on:click=record>
                    "Record consent"
                </button>
            </div>
        </section>
    }
    .drawn()
}
