//! No recording and no upload before a live consent to record. The server says the same again.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    ClientId, EncounterId,
    consents::{ConsentKind, ConsentMethod},
    errors::ErrorCode,
};

use crate::{
    api::{Failure, SignedIn},
    components::{Fetch, Icon, Loaded, Refusal, Work},
    logic::{consent_text, words},
    pages::clients::new_consent,
};

/// What clients have to agree to before this session is recorded, and have not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    asked: Vec<(ClientId, ConsentKind)>,
    /// Whether the place asks for it in writing.
    in_writing: bool,
}

impl Missing {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }
}

/// Who has no live consent to record; and where the law asks that AI is agreed to in writing, who has no such one.
pub async fn missing(
    api: SignedIn,
    encounter: EncounterId,
    clients: Vec<ClientId>,
) -> Result<Missing, Failure> {
    let systems = api.list_session_systems(encounter).await?;
    let mut used = systems.items.iter().filter(|system| system.used);
    let in_writing = used.any(|system| system.refused.contains(&ErrorCode::AiConsentMissing));
    let mut missing = Missing { in_writing, ..Missing::default() };
    for client in clients {
        let consents = api.list_consents(client).await?;
        let live = |kind, in_writing: bool| {
            consents.items.iter().any(|one| {
                one.kind == kind
                    && one.revoked_at.is_none()
                    && (!in_writing || one.method != ConsentMethod::Verbal)
            })
        };
        if !live(ConsentKind::Recording, false) {
            missing.asked.push((client, ConsentKind::Recording));
        }
        if in_writing && !live(ConsentKind::AiProcessing, true) {
            missing.asked.push((client, ConsentKind::AiProcessing));
        }
    }
    Ok(missing)
}

/// The state of consent, and the way to record it.
#[component]
pub fn ConsentGate(
    /// Who has not agreed to what.
    missing: Loaded<Missing>,
) -> impl IntoView {
    let draw = move |asked: Missing| {
        if !asked.is_empty() {
            return view! { <Ask asked missing/> }.drawn();
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
fn Ask(asked: Missing, missing: Loaded<Missing>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let Missing { asked, in_writing } = asked;
    let methods: Vec<_> = ConsentMethod::ALL
        .iter()
        .copied()
        .filter(|one| !in_writing || *one != ConsentMethod::Verbal)
        .collect();
    let first = methods.first().copied().unwrap_or(ConsentMethod::Written);
    let method = RwSignal::new(first);
    let work = Work::new();
    let wordings = [ConsentKind::Recording, ConsentKind::AiProcessing].map(|kind| {
        let wanted = asked.iter().any(|(_, of)| *of == kind);
        wanted.then(|| view! { <blockquote class="wording">{consent_text::wording(kind)}</blockquote> })
    });
    let record = move |_| {
        let asked = asked.clone();
        let method = method.get_untracked();
        let asking = async move {
            for (client, kind) in asked {
                api.record_consent(client, &new_consent(kind, method, "")).await?;
            }
            Ok(())
        };
        work.run(asking, move |()| missing.ask_again());
    };
    view! {
        <section class="card consent-gate" aria-labelledby="consent-title">
            <h2 id="consent-title"><Icon name="shield"/>"First, consent"</h2>
            <p>"Nothing can be recorded or sent before your client has agreed to this:"</p>
            {Vec::from(wordings)}
            {in_writing.then_some("Where you work, the law asks for that in writing.")}
            <fieldset class="choices">
                <legend>"How they agreed"</legend>
                {methods
                    .into_iter()
                    .map(|one| view! {
                        <label>
                            <input
                                type="radio"
                                name="method"
                                checked=one == first
                                on:change=move |_| method.set(one)
                            />
                            {words::consent_method(one)}
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
