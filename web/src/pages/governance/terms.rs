//! The terms on which a system may be called: how long the agreement lasts, which version, and what a month may cost.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    governance::{AiSystemView, EditAiSystem},
    page::Page,
};

use crate::{
    api::{SignedIn, browser, flag, read, text},
    components::{Form, Input, Kind, Loaded, Work, day},
    logic::decisions::{dollars, micro_dollars},
    state::Notices,
};

/// The terms in a line; empty where there are none.
pub fn told(system: &AiSystemView) -> String {
    let mut told = Vec::new();
    if let Some(until) = system.agreement_until {
        told.push(format!("The agreement lasts until {}.", day(until)));
    }
    if let Some(pinned) = &system.pinned_version {
        told.push(format!("Only version {pinned} is called."));
    }
    if let Some(budget) = system.monthly_budget_micro_usd {
        told.push(format!("{} of {} spent this month.", dollars(system.spent_micro_usd), dollars(budget)));
    } else if system.spent_micro_usd > 0 {
        told.push(format!("{} spent this month.", dollars(system.spent_micro_usd)));
    }
    told.join(" ")
}

/// A form that changes them.
pub fn edit(system: &AiSystemView, systems: Loaded<Page<AiSystemView>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let (id, local) = (system.id, system.local);
    let asks_since = system.own.is_some();
    let pinned = Input {
        hint: "When the software or the service changes the model, it is called only after you have said so here.",
        value: system.pinned_version.is_some().to_string(),
        ..Input::new("pinned", "Only today's version", Kind::Check)
    };
    let mut inputs = vec![pinned];
    if asks_since {
        inputs.push(Input {
            hint: "A business associate agreement, or its like where you are. Without it no client's data goes there.",
            value: system.agreement_on.map(|on| on.to_string()).unwrap_or_default(),
            optional: true,
            ..Input::new("agreement_on", "Agreement signed on", Kind::Line("date"))
        });
    }
    if !local {
        inputs.push(Input {
            hint: "The last day on which it is in force. The day after, nothing goes there.",
            value: system.agreement_until.map(|until| until.to_string()).unwrap_or_default(),
            optional: true,
            ..Input::new("agreement_until", "Agreement lasts until", Kind::Line("date"))
        });
        inputs.push(Input {
            hint: "In US dollars for a calendar month, by the prices that your operator has set.",
            value: system.monthly_budget_micro_usd.map(plain_dollars).unwrap_or_default(),
            optional: true,
            ..Input::new("monthly_budget_micro_usd", "May cost in a month", Kind::Line("text"))
        });
    }
    let send = move |filled: String| {
        let filled = read(&filled);
        let budget = text(&filled, "monthly_budget_micro_usd");
        let until = text(&filled, "agreement_until");
        let form = EditAiSystem {
            pinned: Some(flag(&filled, "pinned")),
            agreement_on: text(&filled, "agreement_on").parse().ok(),
            agreement_until: (!local).then(|| until.parse().ok()),
            monthly_budget_micro_usd: (!local).then(|| browser::number(&budget).map(micro_dollars)),
            ..EditAiSystem::default()
        };
        work.run(async move { api.switch_system(id, &form).await }, move |_| {
            notices.say("Saved");
            systems.ask_again();
        });
    };
    view! {
        <details>
            <summary>"Terms"</summary>
            <Form inputs label="Save" work on_send=send/>
        </details>
    }
    .drawn()
}

fn plain_dollars(micro: u64) -> String {
    dollars(micro).trim_start_matches('$').to_owned()
}
