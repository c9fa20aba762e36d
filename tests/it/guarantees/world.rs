//! What the steps of the catalogue act on: ids by noun, and how a step is sent.

use std::collections::BTreeMap;

use clock::{Clock as _, SystemClock};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Answered as _, Passkey, Person, new_session, wait_for_job};

use super::catalogue::{Body, Step};

/// Ids of a practice's things by noun, as in the paths: `clients`, `encounters`, …
#[derive(Debug, Clone, Default)]
pub struct World {
    ids: BTreeMap<String, String>,
    /// The refresh cookie of whoever acts.
    pub cookie: String,
    /// Another value for every text about a person; the marks of the search.
    pub texts: BTreeMap<String, String>,
}

impl World {
    /// A client who agrees to being recorded and a session with them.
    pub async fn new(person: &Person) -> Self {
        let mut world = Self::default();
        world.begin(person).await;
        world
    }

    async fn begin(&mut self, person: &Person) {
        let session = new_session(person).await;
        self.set("clients", &session.client);
        self.set("encounters", &session.encounter);
        self.set("recorded", &session.encounter);
    }

    /// Ids that nothing has.
    pub fn of_nothing() -> Self {
        Self::default()
    }

    pub fn set(&mut self, noun: &str, id: &str) {
        self.ids.insert(noun.to_owned(), id.to_owned());
    }

    /// The id of a noun; one that nothing has where there is none.
    pub fn id(&self, noun: &str) -> String {
        self.ids.get(noun).cloned().unwrap_or_else(|| "01990000-0000-7000-8000-00000000dead".to_owned())
    }

    /// The code that an authenticator app shows, `steps` away from now.
    pub fn code(&self, steps: i64) -> String {
        tests::totp(&self.id("totp"), SystemClock.now(), steps)
    }

    /// The passkey of whoever acts, and the question that it was asked last.
    pub fn passkey(&self) -> (Passkey, Value) {
        let question = serde_json::from_str(&self.id("question")).unwrap_or_default();
        (Passkey::new(&self.id("account")), question)
    }

    /// A text about a person for a field.
    pub fn text(&self, field: &str, otherwise: &str) -> String {
        self.texts.get(field).cloned().unwrap_or_else(|| otherwise.to_owned())
    }

    /// A path with the ids filled in: `{id}` is of the noun before it.
    pub fn path(&self, template: &str) -> String {
        let mut noun = "";
        let mut path = String::new();
        for part in template.split('/').skip(1) {
            path.push('/');
            if part.starts_with('{') {
                path.push_str(&self.id(noun));
            } else {
                path.push_str(part);
                noun = part;
            }
        }
        path
    }

    /// Sends a step as somebody. `reader` may read what the step changes, for its `ETag`.
    pub async fn send(&self, step: &Step, person: &Person, reader: &Person) -> Answer {
        let (method, template) = step.operation.split_once(' ').expect("a method and a path");
        let method: Method = method.parse().expect("a method");
        let mut request = person.call_at(method, &self.path(template));
        for (name, value) in (step.headers)(self) {
            request = request.header(name, value);
        }
        if step.takes_if_match {
            let read = template
                .trim_end_matches("/co-sign")
                .trim_end_matches("/give-back")
                .trim_end_matches("/sign");
            let current = reader.call_at(Method::GET, &self.path(read)).answer().await;
            let tag = Some(current.header("etag")).filter(|tag| !tag.is_empty()).unwrap_or("\"1\"");
            request = request.header("if-match", tag);
        }
        let request = match (step.body)(self) {
            Body::None => request,
            Body::Json(value) => request.json(&value),
            Body::Bytes(kind, bytes) => request.header("content-type", kind).body(bytes),
        };
        let answer = request.answer().await;
        person.keep_codes(&answer);
        answer
    }

    /// Sends a step without its headers and with a body that is no JSON.
    pub async fn send_bare(&self, step: &Step, person: &Person) -> Answer {
        let (method, template) = step.operation.split_once(' ').expect("a method and a path");
        let method: Method = method.parse().expect("a method");
        person.call_at(method, &self.path(template)).body("{").answer().await
    }

    /// Remembers what a step has made, and waits for the job that it began.
    pub async fn keep(&mut self, step: &Step, answer: &Answer, person: &Person) {
        let body = answer.json();
        for (noun, place) in step.keeps {
            let found = match place.strip_prefix("header:") {
                Some(header) => answer.header(header).rsplit('/').next().map(str::to_owned),
                None => {
                    body.pointer(place).map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
                }
            };
            if let Some(id) = found {
                self.set(noun, &id);
                if *noun == "jobs" {
                    wait_for_job(person, &id).await;
                }
            }
        }
        // Before they have a second factor, an owner sees no client.
        if step.operation.ends_with("/totp/confirm") {
            self.begin(person).await;
        }
        if let Some(cookie) = answer.cookie("refresh") {
            self.cookie = cookie;
        }
    }

    /// A section of a note with one sentence.
    pub fn section(&self) -> Value {
        let text = self.text("note_sentence", "Slept four hours a night.");
        json!({ "key": "subjective", "title": "Subjective",
            "sentences": [{ "text": text, "origin": "clinician", "evidence": [] }] })
    }
}
