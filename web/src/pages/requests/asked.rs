//! The forms with which a request is written down.

use shared::templates::NoteFormat;

use crate::{
    api::{list, read, text},
    components::{Input, Kind, day_in},
};

/// Somebody has asked for records.
pub fn asked_for_records() -> Vec<Input> {
    let askers = [
        ("client", "The client"),
        ("personal_representative", "Somebody who may act for them"),
        ("third_party", "Somebody the client has it sent to"),
    ];
    let forms = [("pdf", "To read (PDF)"), ("fhir", "For another program (FHIR)"), ("both", "Both")];
    vec![
        Input::new("asker", "Who asks", Kind::one_of(&askers)),
        Input {
            optional: true,
            hint: "Needed unless it is the client: a name, and where it is to go.",
            ..Input::new("asker_words", "Who that is", Kind::Line("text"))
        },
        Input::today("received_on", "Came on"),
        Input::new("form", "In which form", Kind::one_of(&forms)),
        Input { optional: true, ..Input::new("from", "From", Kind::Line("date")) },
        Input { optional: true, ..Input::new("to", "To", Kind::Line("date")) },
    ]
}

/// Somebody has asked for a change.
pub fn asked_for_change(notes: Vec<(String, String)>) -> Vec<Input> {
    vec![
        Input { optional: true, ..Input::new("note_id", "Of what", Kind::One(notes)) },
        Input::today("received_on", "Came on"),
        Input::new("change", "What is to be changed", Kind::Lines),
        Input::new("reason", "Why", Kind::Lines),
    ]
}

/// What a change can be asked of: the record, or one of these notes, each by its format and the day of its signature.
pub fn note_options(notes: Option<String>) -> Vec<(String, String)> {
    let notes = notes.map(|answer| list(&read(&answer), "items")).unwrap_or_default();
    let option = |note: wasm_bindgen::JsValue| {
        let format = NoteFormat::from_word(&text(&note, "template_id")).map_or("", NoteFormat::title);
        (text(&note, "id"), format!("The {format} note signed {}", day_in(&note, "signed_at")))
    };
    let record = (String::new(), "The record, not one note".to_owned());
    std::iter::once(record).chain(notes.iter().map(option)).collect()
}
