//! What AI did over time, as bars, and the report on it that an outsider can check.

use crate::drawn::{Draw, Drawn};
use chrono::{Datelike as _, NaiveDate};
use leptos::prelude::*;
use shared::reports::{AiBar, AiOutcomes, AiSummary, AiUse};

use crate::{
    api::{Call, SignedIn, browser, read, text},
    components::{Choice, Fetch, Refusal, Work, day, fetched},
    logic::{decisions::dollars, words},
};

/// The card.
#[component]
pub fn Usage() -> impl IntoView {
    let span = RwSignal::new("month".to_owned());
    let asked = Memo::new(move |_| since(&span.get()));
    let summary = fetched(move |api| {
        let asked = asked.get();
        async move { api.summarise_ai_use(asked).await }
    });
    let options =
        [("month", "The last month"), ("quarter", "The last three months"), ("year", "The last year")];
    let options = options.map(|(word, text)| (word.to_owned(), text.to_owned())).to_vec();
    view! {
        <section class="card" aria-labelledby="usage-title">
            <div class="row apart">
                <h2 id="usage-title">"What AI did"</h2>
                <Choice label="Span" id="usage-span" options value=span.into() on_choose=move |word| span.set(word) quiet=true/>
            </div>
            <Fetch of=summary view=drawing/>
        </section>
    }
    .drawn()
}

/// The days that are asked for.
fn since(word: &str) -> String {
    let months = match word {
        "quarter" => 3,
        "year" => 12,
        _ => return String::new(),
    };
    let today = browser::now_utc().map(|now| now.date_naive());
    let from = today.and_then(|today| today.checked_sub_months(chrono::Months::new(months)));
    from.map(|from| format!("?from={from}")).unwrap_or_default()
}

fn drawing(summary: AiSummary) -> Drawn {
    let systems = summary.systems.iter().filter(|system| total(system.calls) > 0).map(row).collect_view();
    let reasons = summary.reasons.iter().take(5).map(|reason| {
        view! { <li><strong>{reason.calls}</strong> {words::spaced(&reason.code)}</li> }.drawn()
    });
    let refused = (!summary.reasons.is_empty()).then(|| {
        view! {
            <h3>"Why calls were refused or failed"</h3>
            <ul class="figures">{reasons.collect_view()}</ul>
        }
    });
    let any = summary.bars.iter().any(|bar| total(bar.calls) > 0);
    let table = any.then(|| {
        view! {
            <div class="table" tabindex="0" role="region" aria-label="What each system did">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"System"</th>
                            <th scope="col" class="number">"Answered"</th>
                            <th scope="col" class="number">"Refused"</th>
                            <th scope="col" class="number">"Failed"</th>
                            <th scope="col" class="number">"Cost"</th>
                        </tr>
                    </thead>
                    <tbody>{systems}</tbody>
                </table>
            </div>
        }
    });
    view! {
        {bars(&summary.bars)}
        {table}
        {refused}
        {save(summary.from, summary.until)}
    }
    .drawn()
}

fn total(calls: AiOutcomes) -> u64 {
    calls.succeeded + calls.refused + calls.failed
}

/// A bar for each day or month: what was answered below, what was refused and failed on top.
fn bars(bars: &[AiBar]) -> Drawn {
    let most = bars.iter().map(|bar| total(bar.calls)).max().unwrap_or_default().max(1);
    let sum = bars.iter().map(|bar| total(bar.calls)).sum::<u64>();
    let (first, last) = (bars.first().map(|bar| bar.from), bars.last().map(|bar| bar.until));
    let told = |day_of: Option<NaiveDate>| day_of.map(day).unwrap_or_default();
    let a_bar = if bars.iter().all(|bar| bar.from == bar.until) { "day" } else { "month" };
    let label = format!("{sum} calls from {} to {}, at most {most} a {a_bar}", told(first), told(last));
    let drawn = bars.iter().enumerate().map(|(at, bar)| {
        let AiOutcomes { succeeded, refused, failed } = bar.calls;
        let when = if bar.from == bar.until {
            day(bar.from)
        } else {
            format!("{}-{:02}", bar.from.year(), bar.from.month())
        };
        let title = format!("{when}: {succeeded} answered, {refused} refused, {failed} failed");
        let high = |calls: u64| calls as f32 * 100.0 / most as f32;
        let mut top = 100.0;
        let parts =
            [("answered", succeeded), ("refused", refused), ("failed", failed)].map(|(class, calls)| {
                top -= high(calls);
                view! { <rect class=class x=at * 10 + 1 y=top width="8" height=high(calls)></rect> }.drawn()
            });
        view! { <g><title>{title}</title>{Vec::from(parts)}</g> }.drawn()
    });
    let size = format!("0 0 {} 100", bars.len().max(1) * 10);
    view! {
        <figure class="chart">
            <svg class="bars" role="img" aria-label=label viewBox=size preserveAspectRatio="none">
                {drawn.collect_view()}
            </svg>
            <figcaption class="row apart">
                <span class="hint">{told(first)}</span>
                <span class="hint legend">
                    {legend("answered")} {legend("refused")} {legend("failed")}
                </span>
                <span class="hint">{told(last)}</span>
            </figcaption>
        </figure>
    }
    .drawn()
}

fn legend(what: &'static str) -> Drawn {
    view! { <span><i class=what></i> {what}</span> }.drawn()
}

fn row(system: &AiUse) -> Drawn {
    let cost = (system.cost_micro_usd > 0).then(|| dollars(system.cost_micro_usd));
    view! {
        <tr>
            <td>{system.name.clone()} <span class="hint block">{words::purpose(system.purpose)}</span></td>
            <td class="number">{system.calls.succeeded}</td>
            <td class="number">{system.calls.refused}</td>
            <td class="number">{system.calls.failed}</td>
            <td class="number">{cost}</td>
        </tr>
    }
    .drawn()
}

/// The report of these days.
fn save(from: NaiveDate, until: NaiveDate) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let begin = move |_| {
        work.run(api.text(Call::new("POST", "/governance/report")), move |answer| {
            let url = format!("{}?from={from}&until={until}", text(&read(&answer), "url"));
            let _ = browser::window().location().assign(&url);
        });
    };
    view! {
        <Refusal of=work.failure()/>
        <div class="actions">
            <button type="button" disabled=move || work.is_busy() on:click=begin>"Save the report, with proof"</button>
        </div>
    }
    .drawn()
}
