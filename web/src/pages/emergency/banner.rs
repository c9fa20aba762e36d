//! While a chart is open in an emergency: until when, and ending it; afterwards, what was done.

use crate::drawn::{Draw, Drawn};
use leptos::{prelude::*, task::spawn_local};
use shared::permissions::Permission;
use std::time::Duration;
use wasm_bindgen::JsValue;

use super::{empty, id, items};
use crate::{
    api::{Call, SignedIn, browser, flag, text, time},
    components::{Dialog, Form, Icon, Kind, Work},
    state::{Emergencies, Notices, Session},
};

/// One line for each; nothing where there is none.
#[component]
pub fn EmergencyBanner() -> impl IntoView {
    let session = expect_context::<Session>();
    let emergencies = expect_context::<Emergencies>();
    // The clock of the line, and what has ended by itself.
    let tick = RwSignal::new(0_u32);
    if let Ok(handle) =
        set_interval_with_handle(move || tick.update(|tick| *tick += 1), Duration::from_secs(20))
    {
        on_cleanup(move || handle.clear());
    }
    let answer = RwSignal::new(String::new());
    let is_any = move || answer.with_untracked(|it| it.contains("begun_at"));
    Effect::new(move |before: Option<u32>| {
        tick.track();
        let changes = emergencies.changes();
        // Asked once, when something has changed, and as long as something goes on.
        if session.may(Permission::BreakGlass) && (before != Some(changes) || is_any()) {
            spawn_local(async move {
                if let Ok(now) = SignedIn::of(session).text(Call::get("/me/emergency-access")).await {
                    answer.try_set(now);
                }
            });
        }
        changes
    });
    let attested = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    view! {
        <div role="status">
            {move || items(&answer.get()).iter().map(|one| line(one, attested, open)).collect_view()}
        </div>
        <Dialog open id="attest-title" title="What did you do?">{move || attestation(attested.get_untracked(), open)}</Dialog>
    }
    .drawn()
}

fn line(one: &JsValue, attested: RwSignal<String>, open: RwSignal<bool>) -> Drawn {
    let session = expect_context::<Session>();
    let emergencies = expect_context::<Emergencies>();
    let work = Work::new();
    let (this, client) = (id(one), format!("/clients/{}", text(one, "client_id")));
    if !flag(one, "active") {
        let ask = move |_| {
            attested.set(this.clone());
            open.set(true);
        };
        return view! {
            <p class="banner warn flat">
                <Icon name="alert"/>
                <span class="grow">"Your emergency access has ended. Please say what you looked at and why."</span>
                <button type="button" on:click=ask>"Say it now"</button>
            </p>
        }
        .drawn();
    }
    let left =
        time(one, "expires_at").zip(browser::now_utc()).map_or(0, |(end, now)| (end - now).num_minutes() + 1);
    let end = move |_| {
        let call = Call::post(format!("/emergency-access/{this}/end"));
        work.run(SignedIn::of(session).text(call), move |_| emergencies.changed());
    };
    view! {
        <p class="banner warn flat">
            <Icon name="alert"/>
            <span class="grow">{format!("Emergency access to a chart, {left} min left. Everything you open is recorded.")}</span>
            <a class="button" href=client>"Open the chart"</a>
            <button type="button" on:click=end>"End now"</button>
        </p>
    }
    .drawn()
}

fn attestation(this: String, open: RwSignal<bool>) -> Drawn {
    let session = expect_context::<Session>();
    let emergencies = expect_context::<Emergencies>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/emergency-access/{this}/attestation")).text(&filled);
        work.run(SignedIn::of(session).text(call), move |_| {
            open.set(false);
            notices.say("Thank you. Somebody else will look at it");
            emergencies.changed();
        });
    };
    let inputs = vec![empty("text", "In your words", "It stays as you send it.", Kind::Lines)];
    view! { <Form inputs label="Send" work on_send=send/> }.drawn()
}
