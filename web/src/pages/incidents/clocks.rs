//! The clock wall: who has to be told, and how many days are left, as one can see from across the room.

use crate::drawn::{Draw, Drawn};
use chrono::NaiveDate;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{
    forms,
    task::{Desk, Task},
};
use crate::{
    api::{browser, flag, list, text},
    components::{Empty, day, day_in},
};

/// The circumference of a ring with a radius of 15.9155.
const AROUND: f64 = 100.0;

/// All clocks of an incident.
pub fn wall(incident: &JsValue, desk: Desk) -> Drawn {
    let duties = list(incident, "duties");
    let closed = text(incident, "state") == "closed";
    if duties.length() == 0 {
        return view! { <Empty icon="shield" title="Nobody has to be told"/> }.drawn();
    }
    view! { <ul class="plain clocks">{duties.iter().map(|one| clock(&one, closed, desk)).collect_view()}</ul> }
        .drawn()
}

fn clock(one: &JsValue, closed: bool, desk: Desk) -> Drawn {
    let done = !text(one, "done_on").is_empty();
    let (late, soon) = (is_late(one), days_left(one) <= 15.0);
    let share = if done { 1.0 } else { days_left(one).max(0.0) / whole(one).max(1.0) };
    let arc = format!("{} {AROUND}", (share.clamp(0.0, 1.0) * AROUND).round());
    let number = if done { "✓".to_owned() } else { days_left(one).abs().to_string() };
    let who = who(&text(one, "duty"), &text(one, "place"));
    let waits = day_in(one, "waits_until");
    let looks: Vec<String> =
        list(one, "looks").iter().filter_map(|it| it.as_string()?.parse().ok()).map(day).collect();
    let told = (!done && !closed).then(|| told(one, &who, desk));
    view! {
        <li class="clock" class:done=done class:late=late class:soon=!done && !late && soon>
            <svg viewBox="0 0 36 36" aria-hidden="true" focusable="false">
                <circle cx="18" cy="18" r="15.9155"></circle>
                <circle class="arc" cx="18" cy="18" r="15.9155" stroke-dasharray=arc></circle>
                <text x="18" y="18">{number}</text>
            </svg>
            <div class="grow">
                <h3>{who}</h3>
                <p><strong>{left(one)}</strong></p>
                <p class="hint">"Last day in time: " {day_in(one, "due_on")}</p>
                {(!waits.is_empty()).then(|| view! { <p class="hint">"An official asks to wait until " {waits}</p> }.drawn())}
                {(!looks.is_empty()).then(|| view! { <p class="hint">"Look again on " {looks.join(", ")}</p> }.drawn())}
                {flag(one, "assumed").then(|| view! {
                    <p class="hint">"Assumed, because nobody has counted the people yet."</p>
                }.drawn())}
                <details>
                    <summary>{text(one, "citation")}</summary>
                    <p class="hint">{text(one, "asks")} " (" {text(one, "source")} ")"</p>
                </details>
                {told}
            </div>
        </li>
    }
    .drawn()
}

fn told(one: &JsValue, who: &str, desk: Desk) -> Drawn {
    let (duty, place) = (text(one, "duty"), text(one, "place"));
    let mut known = vec![("duty", duty)];
    known.extend((!place.is_empty()).then_some(("place", place)));
    let task = Task {
        title: format!("Told: {who}"),
        label: "Write it down",
        entry: "told",
        inputs: forms::told(),
        known,
    };
    desk.button("They were told", who, task)
}

/// Who has to be told, from the word that travels.
pub fn who(duty: &str, place: &str) -> String {
    match duty {
        "individuals" => "Everybody it is about".to_owned(),
        "media" => format!("Media of {place}"),
        "hhs_at_once" => "HHS, with the people".to_owned(),
        "hhs_yearly" => "HHS, after the year".to_owned(),
        _ => "Whoever it was kept for".to_owned(),
    }
}

/// What is left, in words.
pub fn left(one: &JsValue) -> String {
    let done_on = day_in(one, "done_on");
    if !done_on.is_empty() {
        return if is_late(one) {
            format!("Told on {done_on}, too late")
        } else {
            format!("Told on {done_on}")
        };
    }
    match days_left(one) {
        days if days < 0.0 => format!("Late by {} days", -days),
        0.0 => "Today is the last day".to_owned(),
        1.0 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}

/// Whether its last day is over, or was when they were told.
pub fn is_late(one: &JsValue) -> bool {
    flag(one, "late")
}

fn days_left(one: &JsValue) -> f64 {
    browser::property(one, "days_left").and_then(|it| it.as_f64()).unwrap_or_default()
}

/// How many days there were.
fn whole(one: &JsValue) -> f64 {
    let day = |name| text(one, name).parse::<NaiveDate>().ok();
    day("due_on").zip(day("from")).map_or(1.0, |(due_on, from)| (due_on - from).num_days() as f64)
}
