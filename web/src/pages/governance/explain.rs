//! Whether a system might be called now, rule by rule.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::{
    AiSystemId,
    decisions::{AiCheck, AiDecision, AiVerdict},
};

use crate::{
    components::{Fetch, Icon, fetched},
    logic::decisions,
};

/// What every rule says of a call; asked when it is opened.
#[component]
pub fn Explain(
    /// Of which system.
    system: AiSystemId,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let asked = move || open.get().then(|| view! { <Decision system/> });
    view! {
        <details on:toggle=move |_| open.set(true)>
            <summary>"Would it be called now?"</summary>
            {changing(asked)}
        </details>
    }
    .drawn()
}

#[component]
fn Decision(system: AiSystemId) -> impl IntoView {
    let decision = fetched(move |api| async move { api.explain_system(system).await });
    let draw = |decision: AiDecision| {
        let answer =
            if decision.allowed { "Yes, as far as it does not depend on the session." } else { "No." };
        view! {
            <p><strong>{answer}</strong></p>
            <ol class="checks">{decision.checks.iter().map(check).collect_view()}</ol>
            <p class="hint">"Decided by the rules of " {decision.rules}</p>
        }
        .drawn()
    };
    view! { <Fetch of=decision view=draw/> }.drawn()
}

fn check(check: &AiCheck) -> Drawn {
    let (icon, said) = match check.verdict {
        AiVerdict::Kept => ("check", "Kept"),
        AiVerdict::Broken => ("cross", "Broken"),
        AiVerdict::NotAsked => ("", "Not asked for"),
        AiVerdict::Depends => ("clock", "Depends on the session"),
    };
    let laws = (!check.laws.is_empty()).then(|| format!(" ({})", check.laws.join(", ")));
    view! {
        <li class=check.verdict.as_str()>
            <Icon name=icon/>
            <span class="grow">{decisions::rule(check.rule)} {laws}</span>
            <span class="badge" class:good=check.verdict == AiVerdict::Kept class:warn=check.verdict == AiVerdict::Broken>
                {said}
            </span>
        </li>
    }
    .drawn()
}
