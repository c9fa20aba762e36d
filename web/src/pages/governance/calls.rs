//! The ledger of calls.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    governance::{AiCallOutcome, AiCallView, AiData},
    page::Page,
};

use crate::{
    api::SignedIn,
    components::{Empty, Fetch, Moment, More, fetched},
    logic::words,
};

/// The table.
#[component]
pub fn Calls() -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let calls = fetched(|api| async move { api.list_calls(None).await });
    view! {
        <section class="card" aria-labelledby="calls-title">
            <h2 id="calls-title">"Ledger"</h2>
            <Fetch
                of=calls
                view={move |page: Page<AiCallView>| {
                    if page.items.is_empty() {
                        return view! { <Empty icon="list" title="No AI system has been called yet"/> }.drawn();
                    }
                    view! {
                        <div class="table" tabindex="0" role="region" aria-label="Table of calls">
                            <table>
                                <thead>
                                    <tr>
                                        <th scope="col">"When"</th>
                                        <th scope="col">"What for"</th>
                                        <th scope="col">"System"</th>
                                        <th scope="col">"Result"</th>
                                        <th scope="col" class="number">"Took"</th>
                                        <th scope="col" class="number">"Used"</th>
                                        <th scope="col">"Session"</th>
                                        <th scope="col">"Input"</th>
                                    </tr>
                                </thead>
                                <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
                            </table>
                        </div>
                        <More of=calls ask=move |cursor| api.list_calls(Some(cursor))/>
                    }
                    .drawn()
                }}
            />
        </section>
    }
    .drawn()
}

fn row(call: AiCallView) -> Drawn {
    let bad = matches!(call.outcome, AiCallOutcome::Failed | AiCallOutcome::Refused | AiCallOutcome::Timeout);
    let good = call.outcome == AiCallOutcome::Succeeded;
    let reasons = call.reasons.iter().map(|reason| words::spaced(reason)).collect::<Vec<_>>().join(", ");
    let took = call.latency_ms.map(|ms| format!("{}.{} s", ms / 1_000, ms / 100 % 10));
    let sound = call.sound_ms.map(|ms| format!("{}:{:02} min", ms / 60_000, ms / 1_000 % 60));
    let tokens = call.input_tokens.zip(call.output_tokens);
    let used = sound.or_else(|| tokens.map(|(read, written)| format!("{read} + {written} tokens")));
    let cost = call.cost_micro_usd.map(|cost| format!("${}.{:04}", cost / 1_000_000, cost / 100 % 10_000));
    let left = call.remote_id.map(|_| match call.remote_removed_at {
        Some(_) => "removed there",
        None => "not removed there yet",
    });
    let hash = call.input_hash.chars().take(10).collect::<String>();
    view! {
        <tr>
            <td><Moment at=call.started_at/></td>
            <td>{words::purpose(call.purpose)}</td>
            <td>{call.system_key} <span class="hint block">{call.version}</span></td>
            <td>
                <span class="badge" class:good=good class:warn=bad>{words::outcome(call.outcome)}</span>
                {(!reasons.is_empty()).then(|| view! { <span class="hint block">{reasons}</span> })}
                {left.map(|left| view! { <span class="hint block">{left}</span> })}
            </td>
            <td class="number">{took}</td>
            <td class="number">{used} {cost.map(|cost| view! { <span class="hint block">{cost}</span> })}</td>
            <td>
                {call.encounter_id.map(|id| view! { <a href=format!("/sessions/{id}")>"Open"</a> })}
                {(call.data == AiData::Synthetic).then_some("Made up")}
            </td>
            <td><code title=call.input_hash>{hash}</code></td>
        </tr>
    }
    .drawn()
}
