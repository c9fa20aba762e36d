//! Stops all AI of the practice, and allows it again.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    decisions::{AiOrderView, PlaceRules},
    permissions::Permission,
};

use crate::{
    api::{Call, SignedIn},
    components::{Fetch, Form, Icon, Input, Kind, Loaded, Moment, Refusal, Work},
    state::{Notices, Session},
};

/// The card.
#[component]
pub fn Stop(
    /// What is ordered.
    rules: Loaded<PlaceRules>,
    /// Called when that has changed.
    on_change: Callback<()>,
) -> impl IntoView {
    let may = expect_context::<Session>().may(Permission::WriteGovernance);
    let draw = move |rules: PlaceRules| match rules.stopped {
        Some(order) => stopped(&order, may, on_change),
        None => going_on(may, on_change),
    };
    view! { <Fetch of=rules view=draw/> }.drawn()
}

fn stopped(order: &AiOrderView, may: bool, on_change: Callback<()>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let allow = move |_| {
        work.run(api.text(Call::new("DELETE", "/governance/stop")), move |_| {
            notices.say("AI may be used again");
            on_change.run(());
        });
    };
    view! {
        <section class="banner bad" role="status" aria-label="All AI is stopped">
            <Icon name="alert"/>
            <div class="grow">
                <p><strong>"All AI is stopped"</strong> " since " <Moment at=order.made_at/> ". Every call is refused."</p>
                <p class="break">{order.reason.reveal().clone()}</p>
                <Refusal of=work.failure()/>
            </div>
            {may.then(|| view! {
                <button type="button" disabled=move || work.is_busy() on:click=allow>"Allow AI again"</button>
            })}
        </section>
    }
    .drawn()
}

fn going_on(may: bool, on_change: Callback<()>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let send = move |filled: String| {
        work.run(api.text(Call::new("PUT", "/governance/stop").text(&filled)), move |_| {
            notices.say("All AI is stopped");
            on_change.run(());
        });
    };
    if !may {
        return ().drawn();
    }
    view! {
        <details class="card">
            <summary>"Stop all AI"</summary>
            <p>
                "Every call is refused from then on, and what is being heard or drafted is broken off within five seconds. \
                 Nothing is lost: sessions are recorded and kept, and go on where they were once AI is allowed again."
            </p>
            <Form inputs=why("Why all AI has to stop") label="Stop all AI" work on_send=send/>
        </details>
    }
    .drawn()
}

/// A field for the reason of an order.
pub fn why(label: &'static str) -> Vec<Input> {
    vec![Input {
        hint: "Only people who see AI systems read this.",
        ..Input::new("reason", label, Kind::Lines)
    }]
}
