//! Checks the trail against its chain, and says what was found.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::audit::{TrailBreak, TrailReport};

use super::tail;
use crate::{
    components::{Moment, Refusal, Work},
    logic::words,
};

/// The button; what is found goes into `found`.
pub fn button(work: Work, found: RwSignal<Option<TrailReport>>) -> Drawn {
    let api = expect_context::<crate::api::SignedIn>();
    view! {
        <button
            type="button"
            class:busy=move || work.is_busy()
            disabled=move || work.is_busy()
            on:click=move |_| work.run(api.verify_audit(), move |report| found.set(Some(report)))
        >
            "Check the trail"
        </button>
    }
    .drawn()
}

/// What was found.
pub fn result(work: Work, found: RwSignal<Option<TrailReport>>) -> Drawn {
    view! {
        <Refusal of=work.failure()/>
        <div role="status">{changing(move || found.get().map(said))}</div>
    }
    .drawn()
}

fn said(report: TrailReport) -> Drawn {
    let (class, first) = match (report.intact, report.complete) {
        (true, true) => ("banner good", "The trail is intact."),
        (true, false) => (
            "banner warn",
            "The trail is intact as far as it was read; it is too long to read all of it here.",
        ),
        (false, _) => ("banner bad", "The trail was tampered with."),
    };
    let counted = [
        Some(format!("{} events looked at", report.events)),
        (report.unlinked > 0).then(|| format!("{} of them just recorded", report.unlinked)),
        report
            .head
            .as_ref()
            .map(|head| format!("the chain ends with {}", head.mac.get(..8).unwrap_or_default())),
    ];
    let counted = counted.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let more = report.breaks_found.saturating_sub(report.breaks.len() as u64);
    view! {
        <div class=class>
            <div class="grow">
                <p><strong>{first}</strong></p>
                <p class="hint">
                    {counted} ", "
                    {match report.anchored {
                        Some(anchor) => view! { "anchored " <Moment at=anchor.at/> }.drawn(),
                        None => "not anchored yet".drawn(),
                    }}
                </p>
                <ul>{report.breaks.iter().map(one).collect_view()}</ul>
                {(more > 0).then(|| format!("and {more} more"))}
            </div>
        </div>
    }
    .drawn()
}

fn one(found: &TrailBreak) -> Drawn {
    let event = found.event_id.map(|id| format!(" event {}", tail(&id.to_string())));
    let link = found.link.map(|link| format!(" link {link} "));
    view! {
        <li>
            {words::spaced(found.kind.as_str())} <code>{event}</code> {link}
            {found.at.map(|at| view! { <Moment at/> })}
        </li>
    }
    .drawn()
}
