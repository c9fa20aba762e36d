//! The forms with which a request is written down.

use shared::templates::NoteFormat;

use super::{
    row::date,
    tasks::{input, one, today},
};
use crate::{
    api::{list, read, text},
    components::{Input, Kind},
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
        input("asker", "Who asks", one(&askers)),
        Input {
            optional: true,
            hint: "Needed unless it is the client: a name, and where it is to go.",
            ..input("asker_words", "Who that is", Kind::Line("text"))
        },
        came(),
        input("form", "In which form", one(&forms)),
        Input { optional: true, ..input("from", "From", Kind::Line("date")) },
        Input { optional: true, ..input("to", "To", Kind::Line("date")) },
    ]
}

/// Somebody has asked for a change.
pub fn asked_for_change(notes: Vec<(String, String)>) -> Vec<Input> {
    vec![
        Input { optional: true, ..input("note_id", "Of what", Kind::One(notes)) },
        came(),
        input("change", "What is to be changed", Kind::Lines),
        input("reason", "Why", Kind::Lines),
    ]
}

fn came() -> Input {
    Input { value: today(), ..input("received_on", "Came on", Kind::Line("date")) }
}

/// What a change can be asked of: the record, or one of these notes, each by its format and the day of its signature.
pub fn note_options(notes: Option<String>) -> Vec<(String, String)> {
    let notes = notes.map(|answer| list(&read(&answer), "items")).unwrap_or_default();
    let option = |note: wasm_bindgen::JsValue| {
        let format = NoteFormat::from_word(&text(&note, "template_id")).map_or("", NoteFormat::title);
        (text(&note, "id"), format!("The {format} note signed {}", date(&note, "signed_at")))
    };
    let record = (String::new(), "The record, not one note".to_owned());
    std::iter::once(record).chain(notes.iter().map(option)).collect()
}
