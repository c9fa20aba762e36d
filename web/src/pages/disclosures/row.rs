//! One entry of the register.

use crate::drawn::{Draw, Drawn};
use chrono::NaiveDate;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::form::{PURPOSES, Writing};
use crate::{
    api::{Call, SignedIn, browser, flag, text},
    components::{Refusal, Work, day_in},
};

/// The row.
pub fn row(one: &JsValue, writing: Writing) -> Drawn {
    let corrected = !text(one, "corrected_by").is_empty();
    let badge = match (corrected, flag(one, "struck")) {
        (true, _) => "Corrected",
        (_, true) => "Struck",
        _ if is_suspended(one) => "Suspended",

        _ => "",
    };
    view! {
        <li>
            <div class="consent">
                <div class="grow">
                    <p class="break">{text(one, "recipient")}</p>
                    {lines(one).into_iter().map(|line| view! { <p class="break hint">{line}</p> }.drawn()).collect_view()}
                </div>
                {(!badge.is_empty()).then(|| view! { <span class="badge">{badge}</span> })}
            </div>
            {(!corrected).then(|| actions(one, writing))}
        </li>
    }
    .drawn()
}

/// Whether it is in no accounting today.
fn is_suspended(one: &JsValue) -> bool {
    let until = text(one, "suspended_until").parse::<NaiveDate>().ok();
    until.zip(browser::now_utc()).is_some_and(|(until, now)| now.date_naive() <= until)
}

fn lines(one: &JsValue) -> Vec<String> {
    let (first, frequency) = (day_in(one, "disclosed_on"), text(one, "frequency"));
    let days = if frequency.is_empty() {
        first
    } else {
        format!("{first} to {}, {frequency}", day_in(one, "last_on"))
    };
    let purpose = text(one, "purpose");
    let purpose = PURPOSES.iter().find(|(word, _)| *word == purpose).map_or("", |(_, text)| text);
    let mut lines = vec![format!("{days}: {}", text(one, "what"))];
    for line in [text(one, "address"), [purpose, &text(one, "words")].join(". ")] {
        if !line.is_empty() {
            lines.push(line);
        }
    }
    let until = day_in(one, "suspended_until");
    if !until.is_empty() {
        lines.push(format!("In no accounting until {until}: {}", text(one, "suspended_words")));
    }
    if flag(one, "struck") {
        lines.push("There was no such disclosure.".to_owned());
    }
    lines
}

fn actions(one: &JsValue, writing: Writing) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let path = format!("/disclosures/{}/correct", text(one, "id"));
    let strike = {
        let path = path.clone();
        move |_| {
            let call = Call::post(path.clone()).text(r#"{"instead":null}"#);
            work.run(api.text(call), move |_| writing.done());
        }
    };
    let said = js_sys::JSON::stringify(one).map(String::from).unwrap_or_default();
    view! {
        <div class="actions">
            {writing.button("Correct", path, Some(said))}
            {(!flag(one, "struck")).then(|| view! {
                <button type="button" class="quiet" on:click=strike>"Strike"</button>
            })}
        </div>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
