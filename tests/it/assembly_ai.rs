//! Whole recordings heard by AssemblyAI, which is stood in for, by its published shapes: what it gets, what it leaves, and that
//! nothing stays there.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};
use tests::{Asked, Backend, Binary, Person, Session, Site, TestApp, Told, new_session, wait_for_job};
use tokio::sync::Notify;

use crate::uploads::in_one;

/// What was said, by whom, and when it begins.
const SAID: [(&str, &str, u64); 3] = [
    ("B", "How have you been sleeping since we talked about your medication?", 1_000),
    ("A", "I take fifty milligrams of sertraline and I sleep badly.", 8_000),
    ("A", "My sister worries about me.", 20_000),
];

#[derive(Default)]
struct Kept {
    /// Uploads so far.
    uploads: usize,
    /// Each with the sound that it is of, and whether it was removed.
    works: Vec<(String, bool)>,
}

/// AssemblyAI, as far as it is asked here.
#[derive(Default)]
struct Remote {
    kept: Mutex<Kept>,
    /// It is still hearing.
    slow: AtomicBool,
    /// Somebody has asked whether it is done.
    looked: Notify,
    /// It removes nothing.
    stubborn: AtomicBool,
}

impl Remote {
    fn answer(&self, asked: &Asked) -> Told {
        let mut kept = self.kept.lock().expect("no test has failed");
        match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/v2/upload") => {
                kept.uploads += 1;
                let url = format!("https://cdn.assemblyai.com/upload/{}", kept.uploads);
                Site::json(200, &json!({ "upload_url": url }).to_string())
            }
            ("POST", "/v2/transcript") => {
                let order: Value = serde_json::from_str(&asked.body).expect("JSON");
                kept.works.push((order["audio_url"].as_str().expect("an address").to_owned(), false));
                let id = format!("work-{}", kept.works.len());
                Site::json(200, &json!({ "id": id, "status": "queued" }).to_string())
            }
            ("GET", "/v2/transcript?limit=200") => {
                let works = kept.works.iter().enumerate().rev();
                let listed: Vec<_> = works
                    .map(|(at, (url, _))| {
                        json!({ "id": format!("work-{}", at + 1), "audio_url": url, "status": "completed" })
                    })
                    .collect();
                Site::json(200, &json!({ "page_details": {}, "transcripts": listed }).to_string())
            }
            (method, path) => {
                let number =
                    path.strip_prefix("/v2/transcript/work-").and_then(|rest| rest.parse::<usize>().ok());
                let Some((_, removed)) = number.and_then(|number| kept.works.get_mut(number - 1)) else {
                    return Site::json(
                        404,
                        "{\"error\":\"Transcript lookup error, transcript id not found\"}",
                    );
                };
                match method {
                    "DELETE" if self.stubborn.load(Ordering::SeqCst) => {
                        Site::json(500, "{\"error\":\"zebra\"}")
                    }
                    "DELETE" => {
                        *removed = true;
                        Site::json(200, "{\"status\":\"completed\",\"text\":\"Deleted by user.\"}")
                    }
                    _ => {
                        self.looked.notify_one();
                        let slow = self.slow.load(Ordering::SeqCst);
                        Site::json(
                            200,
                            &if slow { json!({ "status": "processing" }) } else { heard() }.to_string(),
                        )
                    }
                }
            }
        }
    }

    fn uploads(&self) -> usize {
        self.kept.lock().expect("no test has failed").uploads
    }

    /// Whether each piece of work was removed.
    fn removed(&self) -> Vec<bool> {
        self.kept.lock().expect("no test has failed").works.iter().map(|(_, removed)| *removed).collect()
    }
}

fn heard() -> Value {
    let words = SAID.iter().flat_map(|(speaker, text, begin)| {
        text.split(' ').zip(0_u64..).map(move |(word, at)| {
            let start = begin + at * 300;
            json!({ "text": word, "start": start, "end": start + 280, "confidence": 0.97, "speaker": speaker })
        })
    });
    json!({ "status": "completed", "words": words.collect::<Vec<_>>(), "audio_duration": 35, "utterances": [] })
}

struct Elsewhere {
    site: Site,
    remote: Arc<Remote>,
}

impl Elsewhere {
    async fn open() -> Self {
        let remote: Arc<Remote> = Arc::default();
        let asked = remote.clone();
        Self { site: Site::open(move |request| asked.answer(request)).await, remote }
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("MODELS_DIR", "/nowhere"),
            ("ASSEMBLYAI_API_KEY", "zebra-key"),
            ("ASSEMBLYAI_URL", &self.site.address),
            ("ASSEMBLYAI_MODELS", "universal-3-5-pro"),
            ("ASSEMBLYAI_PRICE_SOUND_HOUR", "0.36"),
        ]
    }
}

/// A session whose recording has just arrived, in a practice that has chosen AssemblyAI; with its job.
async fn recorded(person: &Person) -> (Session, String) {
    let page = person.get("/governance/systems").await.ok();
    let all = page["items"].as_array().expect("a list").clone();
    let system = all.iter().find(|system| system["key"] == "assemblyai").expect("it is in the register");
    let edit = json!({ "state": "live", "agreement_on": "2026-01-31", "chosen": true });
    let path = format!("/governance/systems/{}", system["id"].as_str().expect("an id"));
    person.patch(&path, None, &edit).await.ok();
    let session = new_session(person).await;
    let recording = in_one(person, &session, "audio/ogg", tests::excerpt()).await.created();
    (session, recording["job_id"].as_str().expect("a job").to_owned())
}

/// The calls of the ledger to AssemblyAI, newest first.
async fn calls(person: &Person) -> Vec<Value> {
    let calls = person.get("/governance/calls").await.ok();
    let calls = calls["items"].as_array().expect("a list").iter();
    calls.filter(|call| call["system_key"] == "assemblyai").cloned().collect()
}

#[tokio::test]
async fn a_recording_is_heard_there_with_its_voices_and_nothing_stays_there() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let elsewhere = Elsewhere::open().await;
        let Some(app) = TestApp::start_with(backend, &elsewhere.settings()).await else { continue };
        let person = app.therapist().await;
        let (session, job) = recorded(&person).await;
        let done = wait_for_job(&person, &job).await;
        assert_eq!(done["state"], "succeeded", "{done}");

        let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
        let speakers = transcript["speakers"].as_array().expect("voices");
        let lines = transcript["segments"].as_array().expect("lines").iter().map(|line| {
            let voice = speakers.iter().find(|voice| voice["id"] == line["speaker_id"]).expect("a voice");
            (
                voice["label"].as_str().expect("a name"),
                line["text"].as_str().expect("text"),
                line["start_ms"].as_u64().expect("a time"),
            )
        });
        let told =
            SAID.map(|(voice, text, at)| (if voice == "B" { "Speaker 1" } else { "Speaker 2" }, text, at));
        assert_eq!(lines.collect::<Vec<_>>(), told);

        let requests = elsewhere.site.requests();
        assert!(requests.iter().all(|asked| asked.header("authorization") == "zebra-key"));
        let paths: Vec<_> =
            requests.iter().map(|asked| (asked.method.as_str(), asked.path.as_str())).collect();
        assert_eq!(
            paths,
            [
                ("POST", "/v2/upload"),
                ("POST", "/v2/transcript"),
                ("GET", "/v2/transcript/work-1"),
                ("DELETE", "/v2/transcript/work-1"),
            ]
        );
        let sound = &requests[0];
        assert!(sound.body.starts_with("RIFF"));
        assert!(sound.header("content-length").parse::<u64>().expect("a length") > 30 * 32_000);
        let order: Value = serde_json::from_str(&requests[1].body).expect("JSON");
        assert_eq!(order["audio_url"], "https://cdn.assemblyai.com/upload/1");
        assert_eq!(
            (&order["speech_models"], &order["domain"]),
            (&json!(["universal-3-5-pro"]), &json!("medical-v1"))
        );
        assert_eq!(
            order["speaker_options"],
            json!({ "min_speakers_expected": 2, "max_speakers_expected": 4 })
        );
        for private in ["Quint", "Mara", &session.encounter, &session.client] {
            assert!(!requests[1].body.contains(private), "{private} went along");
        }

        let calls = calls(&person).await;
        assert_eq!(calls.len(), 1);
        assert_eq!((&calls[0]["outcome"], &calls[0]["remote_id"]), (&json!("succeeded"), &json!("work-1")));
        assert!(calls[0]["remote_removed_at"].is_string(), "{calls:?}");
        // 36 cents an hour are a hundredth of a cent a second.
        let sound = calls[0]["sound_ms"].as_u64().expect("a length");
        assert_eq!(calls[0]["cost_micro_usd"].as_u64(), Some((sound + 5) / 10), "{calls:?}");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_not_removed_there_at_once_is_removed_later() {
    let elsewhere = Elsewhere::open().await;
    elsewhere.remote.stubborn.store(true, Ordering::SeqCst);
    let app = TestApp::start_with(Backend::Sqlite, &elsewhere.settings()).await.expect("an app");
    let person = app.therapist().await;
    let (_, job) = recorded(&person).await;
    assert_eq!(wait_for_job(&person, &job).await["state"], "succeeded", "nobody waits for it");
    assert_eq!(
        (elsewhere.remote.removed(), &calls(&person).await[0]["remote_removed_at"]),
        (vec![false], &Value::Null)
    );
    elsewhere.remote.stubborn.store(false, Ordering::SeqCst);
    api::work::keep_up(&app.app).await.expect("the upkeep");
    assert_eq!(elsewhere.remote.removed(), [true]);
    let asked = elsewhere.site.requests().len();
    assert!(calls(&person).await[0]["remote_removed_at"].is_string());
    api::work::keep_up(&app.app).await.expect("the upkeep");
    assert_eq!(elsewhere.site.requests().len(), asked, "once");
    app.stop().await;
}

#[tokio::test]
async fn a_client_who_takes_their_agreement_back_ends_the_hearing_and_it_is_removed() {
    let elsewhere = Elsewhere::open().await;
    elsewhere.remote.slow.store(true, Ordering::SeqCst);
    let app = TestApp::start_with(Backend::Sqlite, &elsewhere.settings()).await.expect("an app");
    let person = app.therapist().await;
    let (session, job) = recorded(&person).await;
    elsewhere.remote.looked.notified().await;
    let consents = person.get(&format!("/clients/{}/consents", session.client)).await.ok();
    let consents = consents["items"].as_array().expect("a list").clone();
    let ai = consents.iter().find(|consent| consent["kind"] == "ai_processing").expect("it was given");
    person.post_nothing(&format!("/consents/{}/revoke", ai["id"].as_str().expect("an id"))).await.ok();
    let ended = wait_for_job(&person, &job).await;
    assert_eq!((&ended["state"], &ended["error"]), (&json!("failed"), &json!("consent_revoked")));
    assert_eq!(elsewhere.remote.removed(), [true]);
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_is_killed_meanwhile_goes_on_with_the_same_work() {
    let elsewhere = Elsewhere::open().await;
    elsewhere.remote.slow.store(true, Ordering::SeqCst);
    let mut server = Binary::start(crate::SERVER, &elsewhere.settings());
    let person = server.therapist().await;
    let (session, job) = recorded(&person).await;
    elsewhere.remote.looked.notified().await;
    server.kill();
    elsewhere.remote.slow.store(false, Ordering::SeqCst);
    server.restart();
    let done = wait_for_job(&person, &job).await;
    assert_eq!(done["state"], "succeeded", "{done}");
    assert_eq!((elsewhere.remote.uploads(), elsewhere.remote.removed()), (1, vec![true]));
    let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
    assert_eq!(transcript["segments"].as_array().map(Vec::len), Some(SAID.len()));
    let calls = calls(&person).await;
    let outcomes: Vec<_> = calls.iter().map(|call| call["outcome"].as_str().expect("a word")).collect();
    assert_eq!(outcomes, ["succeeded", "timeout"]);
}
