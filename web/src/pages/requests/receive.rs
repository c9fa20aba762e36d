//! Writing down that somebody has asked for a client's records.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::ClientId;

use crate::{
    api::{Call, SignedIn, browser},
    components::{Form, Input, Kind, Work},
    state::Notices,
};

/// The form, folded up.
pub fn receive(client: ClientId, changed: Callback<()>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let send = move |filled: String| {
        let call = Call::post(format!("/clients/{client}/record-requests")).text(&filled);
        work.run(api.text(call), move |_| {
            notices.say("The request is written down");
            changed.run(());
        });
    };
    view! {
        <details class="card">
            <summary>"Write a request down"</summary>
            <Form inputs=inputs() label="Save the request" work on_send=send/>
        </details>
    }
    .drawn()
}

fn inputs() -> Vec<Input> {
    let words = |words: &[(&str, &str)]| {
        Kind::One(words.iter().map(|(word, text)| ((*word).to_owned(), (*text).to_owned())).collect())
    };
    let input =
        |name, label, kind| Input { name, label, hint: "", kind, value: String::new(), optional: false };
    let askers = [
        ("client", "The client"),
        ("personal_representative", "Somebody who may act for them"),
        ("third_party", "Somebody the client has it sent to"),
    ];
    let forms = [("pdf", "To read (PDF)"), ("fhir", "For another program (FHIR)"), ("both", "Both")];
    let today = browser::now_utc().map(|now| now.date_naive().to_string()).unwrap_or_default();
    vec![
        input("asker", "Who asks", words(&askers)),
        Input {
            optional: true,
            hint: "Needed unless it is the client: a name, and where it is to go.",
            ..input("asker_words", "Who that is", Kind::Line("text"))
        },
        Input { value: today, ..input("received_on", "Came on", Kind::Line("date")) },
        input("form", "In which form", words(&forms)),
        Input { optional: true, ..input("from", "From", Kind::Line("date")) },
        Input { optional: true, ..input("to", "To", Kind::Line("date")) },
    ]
}
