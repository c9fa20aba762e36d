//! AI systems of the practice's own: entering one, how programs ask it, and the key that it is shown.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    governance::{AiSystemView, OwnSystem, RegisterAiSystem},
    page::Page,
};

use crate::{
    api::{Call, SignedIn, browser, read, text},
    components::{Form, Input, Kind, Loaded, Work},
    logic::decisions::micro_dollars,
    state::Notices,
};

/// What it is for, and what a program has to know to ask it.
pub fn told(own: &OwnSystem, key: &str) -> Drawn {
    let origin = window().location().origin().unwrap_or_default();
    let key_said = if own.has_key { "" } else { " It is shown no key." };
    view! {
        <p class="hint">{own.used_for.clone()}</p>
        <details>
            <summary>"How programs ask it"</summary>
            <p class="hint">
                "Any program that knows OpenAI's API can: with a key of this practice that may ask AI systems. In "
                <code>"metadata"</code> " it says whose data goes in: " <code>"encounter_id"</code> ", "
                <code>"client_id"</code> ", or " <code>"synthetic"</code> " as " <code>"\"true\""</code>
                " where it is made up."
            </p>
            <p>"Base URL " <code class="break">{format!("{origin}/api/v1/ai")}</code></p>
            <p>"Model " <code class="break">{key.to_owned()}</code></p>
            <p class="hint">"It goes on to " <code class="break">{own.address.clone()}</code> "." {key_said}</p>
        </details>
    }
    .drawn()
}

/// A form that enters one.
pub fn register(systems: Loaded<Page<AiSystemView>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let line = |name, label| Input::new(name, label, Kind::Line("text"));
    let price = |name, label| Input {
        optional: true,
        hint: "In US dollars, for a million tokens.",
        ..line(name, label)
    };
    let inputs = vec![
        line("name", "Name"),
        line("vendor", "Who runs it"),
        Input {
            hint: "Where it answers as OpenAI's API does, for example https://api.example.com/v1.",
            ..Input::new("address", "Address", Kind::Line("url"))
        },
        Input { hint: "As it is called there.", ..line("model", "Model") },
        Input {
            hint: "It is kept sealed, and shown to nobody but this system.",
            optional: true,
            ..Input::new("key", "Its key", Kind::Line("password"))
        },
        Input { hint: "For whom, and what for. Nothing about a person.", ..line("used_for", "Used for") },
        price("read_price", "What reading costs"),
        price("write_price", "What writing costs"),
    ];
    let send = move |filled: String| {
        let filled = read(&filled);
        let text = |name| text(&filled, name);
        let price = |name| browser::number(&text(name)).map(micro_dollars);
        let form = RegisterAiSystem {
            name: text("name"),
            vendor: text("vendor"),
            address: text("address"),
            model: text("model"),
            used_for: text("used_for"),
            key: text("key").into(),
            million_input_tokens_micro_usd: price("read_price"),
            million_output_tokens_micro_usd: price("write_price"),
        };
        work.run(api.text(Call::post("/governance/systems").json(&form)), move |_| {
            notices.say("Entered. It is off until you switch it on.");
            systems.ask_again();
        });
    };
    view! {
        <details class="add">
            <summary>"Add a system of your own"</summary>
            <p class="hint">
                "What other programs of the practice ask of AI goes through the same rules and into the same ledger."
            </p>
            <Form inputs label="Add" work on_send=send/>
        </details>
    }
    .drawn()
}

/// A form that shows it another key.
pub fn replace_key(system: &AiSystemView, systems: Loaded<Page<AiSystemView>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let path = format!("/governance/systems/{}/key", system.id);
    let inputs = vec![Input {
        hint: "From the next call on. Left empty, it is shown none.",
        optional: true,
        ..Input::new("new_key", "New key", Kind::Line("password"))
    }];
    let send = move |filled: String| {
        let body = shared::governance::ReplaceAiSystemKey { key: text(&read(&filled), "new_key").into() };
        work.run(api.text(Call::new("PUT", path.clone()).json(&body)), move |_| {
            notices.say("Replaced");
            systems.ask_again();
        });
    };
    view! {
        <details>
            <summary>"Another key"</summary>
            <Form inputs label="Replace" work on_send=send/>
        </details>
    }
    .drawn()
}
