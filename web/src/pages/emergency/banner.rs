//! While a chart is open in an emergency: until when, and ending it; afterwards, the way to what one says.

use crate::drawn::{Draw, Drawn, changing};
use leptos::{prelude::*, task::spawn_local};
use shared::permissions::Permission;
use std::time::Duration;
use wasm_bindgen::JsValue;

use super::{id, items};
use crate::{
    api::{Call, SignedIn, browser, flag, text, time},
    components::{Icon, Work},
    state::{Emergencies, Session},
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
    view! {
        <div role="status">{changing(move || items(&answer.get()).iter().map(line).collect_view())}</div>
    }
    .drawn()
}

fn line(one: &JsValue) -> Drawn {
    let session = expect_context::<Session>();
    let emergencies = expect_context::<Emergencies>();
    let work = Work::new();
    let (this, client) = (id(one), format!("/clients/{}", text(one, "client_id")));
    if !flag(one, "active") {
        return view! {
            <p class="banner warn flat">
                <Icon name="alert"/>
                <span class="grow">"Your emergency access has ended. Please say what you looked at and why."</span>
                <a class="button" href="/emergency-access">"Say it now"</a>
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
