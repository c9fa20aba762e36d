//! Times in the reader's own language and place.

use crate::drawn::Draw;
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

fn formatted(text: &str, options: &[(&str, &str)]) -> String {
    let wishes = js_sys::Object::new();
    for (name, value) in options {
        let _ = js_sys::Reflect::set(&wishes, &(*name).into(), &(*value).into());
    }
    let date = js_sys::Date::new(&JsValue::from(text));
    String::from(date.to_locale_string("default", &wishes))
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

/// A day: `22 November 2026`. The time of day plays no part, so no time zone can shift it.
pub fn day(day: NaiveDate) -> String {
    formatted(&format!("{day}T00:00:00Z"), &[("dateStyle", "long"), ("timeZone", "UTC")])
}
