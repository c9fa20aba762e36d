//! Speech to text by a service elsewhere that a practice has chosen; the service is stood in for, by its published shapes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tests::{Backend, Person, Session, Site, TestApp, Told, new_session, wait_for_job};

use crate::uploads::in_one;

/// What speaches answers.
fn heard() -> String {
    json!({ "task": "transcribe", "language": "en", "duration": 30.0, "text": " I take fifty milligrams of sertraline.",
        "segments": [{ "id": 0, "start": 0.5, "end": 3.5, "text": " I take fifty milligrams of sertraline.",
            "avg_logprob": -0.1, "no_speech_prob": 0.01 }] })
    .to_string()
}

struct Elsewhere {
    site: Site,
    asked: Arc<AtomicUsize>,
}

impl Elsewhere {
    /// A service that gives the first answer so many times, and then hears.
    async fn open(first: Told, times: usize) -> Self {
        let asked: Arc<AtomicUsize> = Arc::default();
        let counted = asked.clone();
        let site = Site::open(move |_| {
            let before = counted.fetch_add(1, Ordering::SeqCst);
            if before < times { first.clone() } else { Site::json(200, &heard()) }
        })
        .await;
        Self { site, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn app(&self, backend: Backend) -> Option<TestApp> {
        let url = format!("{}/v1", self.site.address);
        let settings = [
            ("MODELS_DIR", "/nowhere"),
            ("SPEECH_SERVICE_URL", url.as_str()),
            ("SPEECH_SERVICE_MODEL", "large-v3"),
            ("SPEECH_SERVICE_KEY", "zebra-key"),
            ("SPEECH_SERVICE_RUN_BY", "Harbour Computing"),
        ];
        TestApp::start_with(backend, &settings).await
    }
}

async fn service(person: &Person) -> Value {
    let page = person.get("/governance/systems").await.ok();
    let all = page["items"].as_array().expect("a list").clone();
    all.into_iter().find(|system| system["key"] == "speech-service").expect("it is in the register")
}

async fn choose(person: &Person) {
    let path = format!("/governance/systems/{}", service(person).await["id"].as_str().expect("an id"));
    person.patch(&path, None, &json!({ "state": "live" })).await.refused(409, "agreement_missing");
    let edit = json!({ "state": "live", "agreement_on": "2026-01-31", "chosen": true });
    let chosen = person.patch(&path, None, &edit).await.ok();
    assert_eq!((&chosen["chosen"], &chosen["agreement_on"]), (&json!(true), &json!("2026-01-31")));
}

#[tokio::test]
async fn a_practice_has_its_sessions_heard_by_a_service_once_it_has_chosen_it() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let elsewhere = Elsewhere::open(Site::json(200, "{}"), 0).await;
        let Some(app) = elsewhere.app(backend).await else { continue };
        let person = app.therapist().await;
        let entered = service(&person).await;
        assert_eq!((&entered["state"], &entered["local"]), (&json!("off"), &json!(false)));
        assert_eq!(entered["vendor"], "Harbour Computing");
        let session = new_session(&person).await;
        let recording = in_one(&person, &session, "audio/ogg", tests::excerpt()).await.created();
        let job = recording["job_id"].as_str().expect("a job").to_owned();
        // This computer has no model here, and nothing goes elsewhere in its place.
        assert_eq!(wait_for_job(&person, &job).await["error"], "model_missing");
        assert_eq!(elsewhere.asked(), 0);

        choose(&person).await;
        person.post_nothing(&format!("/jobs/{job}/retry")).await.ok();
        let done = wait_for_job(&person, &job).await;
        assert_eq!(done["state"], "succeeded", "{done}");
        let transcript = person.get(&format!("/encounters/{}/transcript", session.encounter)).await.ok();
        assert_eq!(transcript["segments"][0]["text"], "I take fifty milligrams of sertraline.");
        let requests = elsewhere.site.requests();
        assert!(!requests.is_empty());
        for asked in &requests {
            assert_eq!(asked.path, "/v1/audio/transcriptions");
            assert_eq!(asked.header("authorization"), "Bearer zebra-key");
            assert!(asked.body.contains("large-v3") && asked.body.contains("RIFF"));
            for private in ["Quint", &session.encounter, &session.client] {
                assert!(!asked.body.contains(private), "{private} went along");
            }
        }
        let calls = person.get("/governance/calls").await.ok();
        let far: Vec<_> = calls["items"].as_array().expect("a list").iter().collect();
        let far = far.iter().filter(|call| call["system_key"] == "speech-service").count();
        assert_eq!(far, requests.len(), "each is in the ledger");
        app.stop().await;
    }
}

#[tokio::test]
async fn a_service_that_refuses_the_key_is_asked_once_and_the_job_says_so() {
    let refusal = Site::json(401, "{\"detail\":\"Invalid key zebra-key\"}");
    let elsewhere = Elsewhere::open(refusal, 1).await;
    let app = elsewhere.app(Backend::Sqlite).await.expect("an app");
    let person = app.therapist().await;
    choose(&person).await;
    let session = new_session(&person).await;
    let recording = in_one(&person, &session, "audio/ogg", tests::excerpt()).await.created();
    let job = recording["job_id"].as_str().expect("a job").to_owned();
    let failed = wait_for_job(&person, &job).await;
    assert_eq!((&failed["state"], &failed["error"]), (&json!("failed"), &json!("ai_service_refuses")));
    assert_eq!(elsewhere.asked(), 1);
    // Somebody has seen to the key.
    person.post_nothing(&format!("/jobs/{job}/retry")).await.ok();
    assert_eq!(wait_for_job(&person, &job).await["state"], "succeeded");
    app.stop().await;
}

#[tokio::test]
async fn a_service_that_is_busy_for_a_moment_costs_nobody_anything() {
    let busy = "HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n".to_owned();
    let elsewhere = Elsewhere::open(Told::Bytes(busy), 2).await;
    let app = elsewhere.app(Backend::Sqlite).await.expect("an app");
    let person = app.therapist().await;
    choose(&person).await;
    let session = new_session(&person).await;
    let recording = in_one(&person, &session, "audio/ogg", tests::excerpt()).await.created();
    let done = wait_for_job(&person, recording["job_id"].as_str().expect("a job")).await;
    assert_eq!((&done["state"], &done["attempts"]), (&json!("succeeded"), &json!(1)), "{done}");
    app.stop().await;
}

/// What is used for a purpose in a session: its name, whether it is of this computer, and whether it was chosen for the session.
fn used(listed: &Value, purpose: &str) -> (String, bool, bool) {
    let all = listed["items"].as_array().expect("a list");
    let used: Vec<_> = all.iter().filter(|it| it["purpose"] == purpose && it["used"] == true).collect();
    let [one] = used[..] else { panic!("one is used: {listed}") };
    let said = |name: &str| one[name].as_bool().expect("yes or no");
    (one["name"].as_str().expect("a name").to_owned(), said("local"), said("chosen_here"))
}

#[tokio::test]
async fn a_session_is_heard_by_what_was_chosen_for_it_and_no_other_session_is() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let elsewhere = Elsewhere::open(Site::json(200, "{}"), 0).await;
        let Some(app) = elsewhere.app(backend).await else { continue };
        let person = app.therapist().await;
        let (here, there) = (new_session(&person).await, new_session(&person).await);
        let path = |session: &Session| format!("/encounters/{}/ai-systems", session.encounter);
        let pick = |id: &Value| json!({ "purpose": "transcription", "system_id": id });
        let listed = person.get(&path(&there)).await.ok();
        let whisper = ("Whisper on this computer".to_owned(), true, false);
        assert_eq!(used(&listed, "transcription"), whisper);
        let id = service(&person).await["id"].clone();
        person.put(&path(&there), &pick(&id)).await.refused(409, "ai_system_off");
        let live = json!({ "state": "live", "agreement_on": "2026-01-31" });
        let at = format!("/governance/systems/{}", id.as_str().expect("an id"));
        person.patch(&at, None, &live).await.ok();

        // Only one of two sessions goes elsewhere.
        let chosen = person.put(&path(&there), &pick(&id)).await.ok();
        let (_, local, chosen_here) = used(&chosen, "transcription");
        assert!(!local && chosen_here);
        assert_eq!(used(&person.get(&path(&here)).await.ok(), "transcription"), whisper);
        let mut ends = Vec::new();
        for session in [&here, &there] {
            let recording = in_one(&person, session, "audio/ogg", tests::excerpt()).await.created();
            ends.push(wait_for_job(&person, recording["job_id"].as_str().expect("a job")).await);
        }
        // This computer has no model here.
        assert_eq!((&ends[0]["error"], &ends[1]["state"]), (&json!("model_missing"), &json!("succeeded")));

        // And the other way: the practice has chosen the service, and one session stays here.
        person.patch(&at, None, &json!({ "chosen": true })).await.ok();
        let asked = elsewhere.asked();
        let stays = new_session(&person).await;
        let local =
            listed["items"].as_array().expect("a list").iter().find(|it| it["purpose"] == "transcription");
        let kept = person.put(&path(&stays), &pick(&local.expect("whisper")["id"])).await.ok();
        assert_eq!(used(&kept, "transcription"), ("Whisper on this computer".to_owned(), true, true));
        let recording = in_one(&person, &stays, "audio/ogg", tests::excerpt()).await.created();
        let ended = wait_for_job(&person, recording["job_id"].as_str().expect("a job")).await;
        assert_eq!((&ended["error"], elsewhere.asked()), (&json!("model_missing"), asked));
        let left = person.put(&path(&stays), &pick(&Value::Null)).await.ok();
        let (_, local, chosen_here) = used(&left, "transcription");
        assert!(!local && !chosen_here, "the practice's choice holds again");

        let drafting = json!({ "purpose": "drafting", "system_id": id });
        person.put(&path(&here), &drafting).await.refused(422, "validation");
        let voices = json!({ "purpose": "speakers", "system_id": null });
        person.put(&path(&here), &voices).await.refused(422, "validation");
        app.stop().await;
    }
}
