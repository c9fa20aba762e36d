//! What came when, by whom.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

use super::{clocks, forms};
use crate::{
    api::{browser, list, read, text, time},
    components::{Moment, day_in},
    state::Session,
};

/// The timeline, the last first. `people` are those whose names the reader may know.
pub fn timeline(incident: &JsValue, people: &str) -> Drawn {
    let people = list(&read(people), "items");
    let me = expect_context::<Session>().me_untracked().map(|me| me.user.id.to_string()).unwrap_or_default();
    let name = move |id: String| {
        let found = people.iter().find(|it| text(it, "id") == id).map(|it| text(&it, "name"));
        found.unwrap_or_else(|| if id == me { "you".to_owned() } else { "a colleague".to_owned() })
    };
    let opened = browser::property(incident, "opened").unwrap_or_default();
    let mut lines = vec![line(
        time(incident, "opened_at").map(|at| view! { <Moment at/> }.drawn()),
        name(text(incident, "opened_by")),
        "Opened",
        &[text(&opened, "what")],
    )];
    for one in list(incident, "timeline").iter() {
        let entry = browser::property(&one, "entry").unwrap_or_default();
        let at = time(&one, "at").map(|at| view! { <Moment at/> }.drawn());
        let (title, words) = told(&entry);
        lines.push(line(at, name(text(&one, "by")), &title, &words));
    }
    lines.reverse();
    view! { <ol class="plain">{lines}</ol> }.drawn()
}

fn line(at: Option<Drawn>, by: String, title: &str, words: &[String]) -> Drawn {
    let words: Vec<_> = words
        .iter()
        .filter(|it| !it.is_empty())
        .map(|it| view! { <p class="break">{it.clone()}</p> }.drawn())
        .collect();
    view! { <li><p><strong>{title.to_owned()}</strong></p>{words}<p class="hint">{at} ", " {by}</p></li> }
        .drawn()
}

/// What an entry says.
fn told(entry: &JsValue) -> (String, Vec<String>) {
    let words = text(entry, "words");
    match text(entry, "entry").as_str() {
        "discovered" => ("Somebody knew earlier".to_owned(), vec![words]),
        "counted" => (format!("Counted: {}", residents(entry)), Vec::new()),
        "assessed" => {
            let mut all = vec![text(entry, "reasons")];
            all.extend(list(entry, "factors").iter().map(|it| {
                let factor = forms::called(&forms::FACTORS, &text(&it, "factor"));
                let rating = forms::called(&forms::SEVERITIES, &text(&it, "rating"));
                format!("{factor}: {} ({rating})", text(&it, "finding"))
            }));
            (forms::called(&forms::DECISIONS, &text(entry, "decision")).to_owned(), all)
        }
        "delayed" => ("An official asks to wait".to_owned(), vec![words]),
        "told" => {
            let who = clocks::who(&text(entry, "duty"), &text(entry, "place"));
            (format!("Told on {}: {who}", day_in(entry, "on")), vec![words])
        }
        "closed" => ("Closed".to_owned(), vec![text(entry, "cause"), text(entry, "correction")]),
        _ => ("Noted".to_owned(), vec![words]),
    }
}

/// `US-CA 12, US-NV 3`.
pub fn residents(counted: &JsValue) -> String {
    let residents = browser::property(counted, "residents").filter(JsValue::is_object).unwrap_or_default();
    let places = js_sys::Object::keys(residents.unchecked_ref::<js_sys::Object>());
    let count =
        |place: &str| browser::property(&residents, place).and_then(|it| it.as_f64()).unwrap_or_default();
    let one = |place: JsValue| place.as_string().map(|place| format!("{place} {}", count(&place)));
    places.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}
