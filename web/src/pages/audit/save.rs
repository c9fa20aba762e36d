//! Taking away what is shown, as a file that the browser saves as it comes.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;

use crate::{
    api::{Call, SignedIn, browser, read, text},
    components::{Refusal, Work, button},
};

/// The buttons; `asked` is what is shown.
pub fn save(asked: Memo<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let save = move |label: &'static str, format: &'static str| {
        let begin = move || {
            let asked = asked.get_untracked();
            work.run(api.text(Call::new("POST", "/audit/export")), move |answer| {
                let url = format!("{}?format={format}{asked}", text(&read(&answer), "url"));
                let _ = browser::window().location().assign(&url);
            });
        };
        button(label, "", Box::new(begin))
    };
    // Whom a breach concerns is asked by who it was and when, whatever else narrows what is shown.
    let concerns_somebody = move || {
        let names = ["&user_id=", "&session_id=", "&from=", "&to="];
        asked.with(|asked| names.iter().any(|name| asked.contains(name)))
    };
    let affected = move || {
        let asked = asked.get_untracked();
        work.run(api.text(Call::get(format!("/audit/affected?format=csv{asked}"))), |csv| {
            browser::save("affected.csv", "text/csv", &csv);
        });
    };
    view! {
        <div class="actions">
            {save("Save as JSON, with proof", "ndjson")}
            {save("Save as CSV, with proof", "csv")}
            {changing(move || concerns_somebody().then(|| button("Whose data they touched, as CSV", "", Box::new(affected))))}
        </div>
        <Refusal of=work.failure()/>
    }
    .drawn()
}
