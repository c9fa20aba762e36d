//! What laws ask of AI where the practice works, and elsewhere.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    decisions::{PlaceRuleView, PlaceRules, RuleKind},
    permissions::Permission,
};

use super::stop::why;
use crate::{
    api::{Call, SignedIn},
    components::{Fetch, Form, Loaded, Moment, Refusal, Work, day},
    logic::decisions,
    state::{Notices, Session},
};

/// The card.
#[component]
pub fn Rules(rules: Loaded<PlaceRules>) -> impl IntoView {
    let may = expect_context::<Session>().may(Permission::WriteGovernance);
    let draw = move |all: PlaceRules| {
        let collected_on = day(all.collected_on);
        let (here, elsewhere): (Vec<_>, Vec<_>) = all.rules.into_iter().partition(|rule| rule.here);
        let rows = move |of: Vec<PlaceRuleView>, may: bool| {
            of.into_iter().map(|rule| row(rule, may, rules)).collect_view()
        };
        view! {
            <section class="card" aria-labelledby="rules-title">
                <h2 id="rules-title">"What the law asks of AI in " {all.jurisdiction}</h2>
                <p class="hint">
                    "Collected by the makers of this software by " {collected_on}
                    ", from the sources beside each rule. It is nobody's legal advice."
                </p>
                <ul class="plain">{rows(here, may)}</ul>
                <details>
                    <summary>"Elsewhere, and not yet"</summary>
                    <ul class="plain">{rows(elsewhere, false)}</ul>
                </details>
            </section>
        }
        .drawn()
    };
    view! { <Fetch of=rules view=draw/> }.drawn()
}

fn row(view: PlaceRuleView, may: bool, rules: Loaded<PlaceRules>) -> Drawn {
    let PlaceRuleView { rule, here, set_aside } = view;
    let aside = set_aside.is_some();
    let checked = matches!(rule.kind, RuleKind::WrittenConsent | RuleKind::Notice | RuleKind::AllParties);
    let since = rule.since.map(|since| format!(", since {}", day(since)));
    let change = (may && here && checked).then(|| change(&rule.key, aside, rules));
    let because = set_aside.map(|order| {
        let reason = order.reason.into_inner();
        view! { <p class="hint break">"Set aside since " <Moment at=order.made_at/> ": " {reason}</p> }
            .drawn()
    });
    view! {
        <li class="consent">
            <div class="grow">
                <p>
                    <strong>{rule.asks}</strong> " "
                    <span class="badge" class:good=here && checked && !aside class:warn=aside>
                        {if aside { "Set aside" } else { decisions::kept(rule.kind) }}
                    </span>
                </p>
                <p class="hint">{rule.jurisdiction} ": " {rule.law} {since}</p>
                <p class="hint">{decisions::certainty(rule.certainty)} " " {rule.source}</p>
                {because}
                {change}
            </div>
        </li>
    }
    .drawn()
}

fn change(key: &str, aside: bool, rules: Loaded<PlaceRules>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let path = format!("/governance/rules/{key}/set-aside");
    if aside {
        let again = move |_| {
            work.run(api.text(Call::new("DELETE", path.clone())), move |_| {
                notices.say("The rule holds again");
                rules.ask_again();
            });
        };
        return view! {
            <Refusal of=work.failure()/>
            <div class="actions">
                <button type="button" disabled=move || work.is_busy() on:click=again>"Let it hold again"</button>
            </div>
        }
        .drawn();
    }
    let send = move |filled: String| {
        work.run(api.text(Call::new("PUT", path.clone()).text(&filled)), move |_| {
            notices.say("The rule is set aside");
            rules.ask_again();
        });
    };
    view! {
        <details>
            <summary>"Set it aside"</summary>
            <p>"Only if you know better what holds for you. Who did this, when and why stays on record."</p>
            <Form inputs=why("Why it does not hold for you") label="Set it aside" work on_send=send/>
        </details>
    }
    .drawn()
}
