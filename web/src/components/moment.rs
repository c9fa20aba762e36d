//! Times in the language and the zone of the practice; where it has set none, in the reader's own.

use crate::drawn::Draw;
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{api::text, logic::place};

fn formatted(text: &str, options: &[(&str, &str)]) -> String {
    let wishes = js_sys::Object::new();
    let (locale, zone) = place::here();
    // What is asked for itself comes later, and counts.
    for (name, value) in zone.iter().map(|zone| ("timeZone", zone.as_str())).chain(options.iter().copied()) {
        let _ = js_sys::Reflect::set(&wishes, &name.into(), &value.into());
    }
    let date = js_sys::Date::new(&JsValue::from(text));
    String::from(date.to_locale_string(locale.as_deref().unwrap_or("default"), &wishes))
}

/// A moment: `22 Nov 2026, 14:05`.
#[component]
pub fn Moment(
    /// When.
    at: DateTime<Utc>,
) -> impl IntoView {
    let iso = at.to_rfc3339();
    let text = formatted(&iso, &[("dateStyle", "medium"), ("timeStyle", "short")]);
    view! { <time datetime=iso>{text}</time> }.drawn()
}

/// The day of a text or a moment in an answer: `22 November 2026`; empty where there is none.
pub fn day_in(one: &JsValue, name: &str) -> String {
    text(one, name).get(..10).and_then(|it| it.parse().ok()).map(day).unwrap_or_default()
}

/// A day: `22 November 2026`. The time of day plays no part, so no time zone can shift it.
pub fn day(day: NaiveDate) -> String {
    formatted(&format!("{day}T00:00:00Z"), &[("dateStyle", "long"), ("timeZone", "UTC")])
}
