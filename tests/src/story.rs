//! The steps that many stories share: a client, a session that may be recorded, waiting for a job.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answered as _, Person};

/// How long a job may take in a test: seconds of work, and a machine that is busy otherwise.
const PATIENCE: Duration = Duration::from_mins(3);

/// A session that may be recorded.
#[derive(Debug, Clone)]
pub struct Session {
    /// The client in it.
    pub client: String,
    /// The session.
    pub encounter: String,
}

/// Adds a client and returns their id.
pub async fn new_client(person: &Person) -> String {
    let body = json!({ "given_name": "Mara", "family_name": "Quint" });
    id(&person.post("/clients", &body).await.created())
}

/// Adds a client who agrees to being recorded, and a session with them.
pub async fn new_session(person: &Person) -> Session {
    let client = new_client(person).await;
    for kind in ["recording", "ai_processing"] {
        let consent = json!({ "kind": kind, "text_version": "2026-11", "method": "verbal" });
        person.post(&format!("/clients/{client}/consents"), &consent).await.created();
    }
    let body = json!({ "client_ids": [client], "modality": "individual", "setting": "in_person" });
    let encounter = id(&person.post("/encounters", &body).await.created());
    Session { client, encounter }
}

pub(crate) fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// The stream of `GET /events`.
pub struct Events {
    bytes: std::pin::Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    buffer: String,
    /// The id of the last event that was read.
    pub last_id: Option<String>,
}

impl Events {
    /// Opens it, after an event where one is named.
    pub async fn open(person: &Person, after: Option<&str>) -> Self {
        let request = person.call(Method::GET, "/events").timeout(PATIENCE);
        let request = after.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 200);
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        assert!(kind.is_some_and(|kind| kind.starts_with("text/event-stream")), "{kind:?}");
        Self { bytes: Box::pin(response.bytes_stream()), buffer: String::new(), last_id: None }
    }

    /// Returns when the server has ended the stream.
    pub async fn ended(&mut self) {
        while let Some(Ok(_)) = self.bytes.next().await {}
    }

    /// The next event: its name and its data. Comments are passed over.
    pub async fn next(&mut self) -> (String, Value) {
        loop {
            while let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.buffer = rest;
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim().to_owned())
                };
                if let Some(id) = field("id:") {
                    self.last_id = Some(id);
                }
                if let Some(data) = field("data:") {
                    let data = serde_json::from_str(&data).expect("JSON");
                    return (field("event:").unwrap_or_default(), data);
                }
            }
            let piece = self.bytes.next().await.expect("the stream goes on").expect("the stream holds");
            self.buffer.push_str(&String::from_utf8_lossy(&piece));
        }
    }
}

/// Waits until a job has ended, and returns it. The events are opened before the job is asked for,
/// so that its end cannot fall in between.
pub async fn wait_for_job(person: &Person, job: &str) -> Value {
    let waiting = async {
        let mut events = Events::open(person, None).await;
        let mut view = person.get(&format!("/jobs/{job}")).await.ok();
        while matches!(view["state"].as_str(), Some("queued" | "running")) {
            let (name, data) = events.next().await;
            if name == "job" && data["id"] == job {
                view = data;
            }
        }
        view
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the job ends in time")
}

/// Puts somebody into a client's care team.
pub async fn share(by: &Person, client: &str, with: &Person) {
    let me = with.get("/me").await.ok();
    let id = me["user"]["id"].as_str().expect("an id");
    by.call(Method::PUT, &format!("/clients/{client}/care-team/{id}")).answer().await.expect(204);
}
