//! What the practice sets for itself.

mod api_keys;
mod ending;

pub use api_keys::ApiKeysPage;
pub use ending::{DeletionPage, statement};

use crate::drawn::{Draw, Drawn};
use leptos::{prelude::*, task::spawn_local};
use shared::permissions::Permission;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, read, text},
    components::{Fetch, Form, Input, Kind, Loaded, PageTitle, Refusal, Work, day_in, fetched},
    state::{Notices, Session},
};

/// The page.
#[component]
pub fn PracticePage() -> impl IntoView {
    let session = expect_context::<Session>();
    let settings = fetched(|api| async move { api.text(Call::get("/practice")).await });
    view! {
        <div class="page">
            <div class="page-head">
                <PageTitle title="Practice".to_owned()/>
                {session.may(Permission::ManageRetention).then(|| view! { <a class="button" href="/retention">"Retention"</a> })}
                {session.may(Permission::WriteApiKeys).then(|| view! { <a class="button" href="/practice/api-keys">"API keys"</a> })}
            </div>
            <Fetch of=settings view=move |answer: String| {
                let now = read(&answer);
                view! {
                    {card("About the practice", about(&now), &now, settings)}
                    {card("Charts and recordings", charts(&now), &now, settings)}
                    {waiting(&now, "recording_days_wait", "sound")}
                    {waiting(&now, "transcript_days_wait", "transcripts")}
                    {card("Signing in", signing_in(&now), &now, settings)}
                }
                .drawn()
            }/>
            {session.may(Permission::ExportPractice).then(export)}
            {session.may(Permission::DeletePractice).then(ending::ending)}
        </div>
    }
    .drawn()
}

/// What was set and does not hold yet.
fn waiting(now: &JsValue, name: &'static str, what: &'static str) -> Drawn {
    let Some(wait) = browser::property(now, name).filter(JsValue::is_object) else { return ().drawn() };
    let until_then = match shown(&wait, "until_then").as_str() {
        "" => "nothing of it is removed".to_owned(),
        days => format!("it is removed after {days} days"),
    };
    let from = day_in(&wait, "from");
    view! {
        <p class="banner warn" role="status">
            {format!("What you have set for {what} holds from {from} on; until then {until_then}. Set it back to change your mind.")}
        </p>
    }
    .drawn()
}

/// Taking everything away: the browser saves the archive as it comes.
fn export() -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let begin = move |_| {
        work.run(api.text(Call::new("POST", "/practice/export")), |answer| {
            let _ = browser::window().location().assign(&text(&read(&answer), "url"));
        });
    };
    view! {
        <section class="card" aria-labelledby="export-title">
            <h2 id="export-title">"Everything of the practice"</h2>
            <p>"An archive of every client, session, recording, transcript and note, and of the audit trail, readable without MindScribe. It is not encrypted: keep it as you keep charts."</p>
            <Refusal of=work.failure()/>
            <div class="actions"><button type="button" on:click=begin>"Save everything"</button></div>
        </section>
    }
    .drawn()
}

fn about(now: &JsValue) -> Vec<Input> {
    vec![
        input(now, "name", "Name", "", Kind::Line("text")),
        input(
            now,
            "jurisdiction",
            "Where you work",
            "A country, or a country and a state: US-CA",
            Kind::Line("text"),
        ),
        optional(
            now,
            "time_zone",
            "Time zone",
            "Times are shown in it; if empty, in each reader's own.",
            Kind::Suggested(time_zones()),
        ),
        optional(
            now,
            "locale",
            "Language of dates",
            "Such as en-GB; if empty, as each reader's browser has it.",
            Kind::Line("text"),
        ),
        input(now, "review_months", "Months between access reviews", "1 to 24", Kind::Line("number")),
        optional(
            now,
            "privacy_contact",
            "Privacy contact",
            "Told at once, beside the owners, of emergency access.",
            Kind::Line("email"),
        ),
    ]
}

fn charts(now: &JsValue) -> Vec<Input> {
    vec![
        input(
            now,
            "share_new_clients",
            "Everybody who treats here sees new clients",
            "Otherwise whoever adds them, until they share.",
            Kind::Check,
        ),
        optional(
            now,
            "recording_days",
            "Days until the sound of a session is removed",
            "Counted from the signature, 0 to 3650. If empty, it stays. What was said stays in the transcript.",
            Kind::Line("number"),
        ),
        optional(
            now,
            "transcript_days",
            "Days until the transcript of a session is removed",
            "Counted from the signature, 0 to 3650. If empty, it stays. The signed note stays, and says when what it rests on was said.",
            Kind::Line("number"),
        ),
        input(
            now,
            "transcript_quotations",
            "Of a removed transcript, keep short quotations",
            "Up to 25 words of each line that a signed note cites. Otherwise only when it was said, and a fingerprint.",
            Kind::Check,
        ),
        input(
            now,
            "audit_years",
            "Years that the audit trail is kept",
            "6 to 20, by whole months. While a client is on legal hold, nothing of it is removed.",
            Kind::Line("number"),
        ),
    ]
}

fn signing_in(now: &JsValue) -> Vec<Input> {
    let number = Kind::Line("number");
    vec![
        input(
            now,
            "session_hours",
            "Hours until one signs in again",
            "1 to 12, for new sign-ins",
            number.clone(),
        ),
        input(
            now,
            "idle_lock_minutes",
            "Minutes until the screen is locked",
            "2 to 60, without a touch",
            number.clone(),
        ),
        input(now, "password_min_length", "Characters of a new password", "15 to 64, at least", number),
        input(
            now,
            "second_factor_for_all",
            "Everybody needs a second step at sign-in",
            "Otherwise those whose role opens much.",
            Kind::Check,
        ),
    ]
}

/// A part of the settings with a button of its own. Only what was changed is sent, for the revision that was seen.
fn card(title: &'static str, inputs: Vec<Input>, now: &JsValue, settings: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let revision: i32 = shown(now, "revision").parse().unwrap_or_default();
    let send = move |filled: String| {
        let call = Call::new("PATCH", "/practice").if_match(revision).text(&filled);
        work.run(api.text(call), move |answer| {
            settings.put(answer);
            notices.say("Saved");
            spawn_local(session.look_again());
        });
    };
    view! {
        <section class="card" aria-label=title>
            <h2>{title}</h2>
            <Form inputs label="Save" work only_changes=true on_send=send/>
        </section>
    }
    .drawn()
}

fn input(now: &JsValue, name: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Input {
    Input { name, label, hint, kind, value: shown(now, name), optional: false }
}

fn optional(now: &JsValue, name: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Input {
    Input { optional: true, ..input(now, name, label, hint, kind) }
}

/// A property as a field shows it.
fn shown(now: &JsValue, name: &str) -> String {
    let value = browser::property(now, name);
    value
        .as_ref()
        .and_then(JsValue::as_f64)
        .map(|number| (number as i64).to_string())
        .or_else(|| value.and_then(|value| value.as_bool()).map(|yes| yes.to_string()))
        .unwrap_or_else(|| text(now, name))
}

/// The zones that the browser knows.
fn time_zones() -> Vec<String> {
    let intl = browser::property(&js_sys::global(), "Intl").unwrap_or_default();
    let zones = browser::call(&intl, "supportedValuesOf", &["timeZone".into()]).unwrap_or_default();
    js_sys::Array::from(&zones).iter().filter_map(|zone| zone.as_string()).collect()
}
