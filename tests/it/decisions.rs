//! What decides about an AI call, as a practice and its clients set it, and two processes hold to it.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Answered as _, Backend, Binary, OwnDatabase, Person, Session, Site, TestApp, new_session, wait_for_job,
};

use crate::SERVER;

/// A session whose words were typed in.
async fn typed(person: &Person) -> Session {
    let session = new_session(person).await;
    let lines = json!({ "lines": [
        { "role": "therapist", "text": "How did you sleep last week?" },
        { "role": "client", "text": "I slept four hours a night, and I felt tired at work." },
    ] });
    let path = format!("/encounters/{}/transcript", session.encounter);
    let request = person.call(Method::PUT, &path).header("if-none-match", "*");
    request.json(&lines).answer().await.created();
    session
}

/// Has a draft made; the job as it ended.
async fn drafted(person: &Person, session: &Session) -> Value {
    let asked = json!({ "template_id": "soap", "source": "transcript" });
    let job = person.post(&format!("/encounters/{}/drafts", session.encounter), &asked).await.expect(202);
    wait_for_job(person, job["job_id"].as_str().expect("a job")).await
}

/// Why it is refused, at its job.
async fn refused(person: &Person, session: &Session) -> String {
    let job = drafted(person, session).await;
    assert_eq!(job["state"], "failed", "{job}");
    job["error"].as_str().expect("a code").to_owned()
}

async fn system(person: &Person, key: &str) -> String {
    let page = person.get("/governance/systems").await.ok();
    let all = page["items"].as_array().expect("a list");
    let found = all.iter().find(|system| system["key"] == key).expect("it is in the register");
    found["id"].as_str().expect("an id").to_owned()
}

/// The rules that forbid a call, as the explanation says.
fn broken(decision: &Value) -> Vec<(String, Value)> {
    let checks = decision["checks"].as_array().expect("checks").iter();
    let broken = checks.filter(|check| check["verdict"] == "broken");
    broken.map(|check| (check["code"].as_str().expect("a code").to_owned(), check["laws"].clone())).collect()
}

async fn in_illinois(backend: Backend) {
    let Some(app) = TestApp::start(backend).await else { return };
    let person = app.therapist().await;
    let session = typed(&person).await;
    assert_eq!(drafted(&person, &session).await["state"], "succeeded", "nothing asks for more in California");
    let tag = person.get("/practice").await.etag();
    person.patch("/practice", Some(&tag), &json!({ "jurisdiction": "US-IL" })).await.ok();

    let engine = system(&person, "local-extract").await;
    let asked = format!("/governance/systems/{engine}/decision?encounter_id={}", session.encounter);
    let before = person.get("/governance/calls").await.ok()["items"].as_array().expect("a list").len();
    let decision = person.get(&asked).await.ok();
    assert_eq!(decision["allowed"], false);
    let law = json!(["il.record_consent"]);
    assert_eq!(broken(&decision), [("ai_consent_missing".to_owned(), law)]);
    assert!(decision["rules"].as_str().is_some_and(|rules| rules.ends_with(" US-IL")), "{decision}");
    let calls = person.get("/governance/calls").await.ok();
    assert_eq!(calls["items"].as_array().map(Vec::len), Some(before), "asking leaves no row");

    assert_eq!(refused(&person, &session).await, "ai_consent_missing");
    let calls = person.get("/governance/calls").await.ok();
    let call = &calls["items"][0];
    assert_eq!((&call["outcome"], &call["reasons"]), (&json!("refused"), &json!(["ai_consent_missing"])));
    assert_eq!(call["rules"], decision["rules"], "by which rules it was decided stays");
    let systems = format!("/encounters/{}/ai-systems", session.encounter);
    let told = person.get(&systems).await.ok();
    let used = told["items"].as_array().expect("a list").iter().find(|it| it["purpose"] == "drafting");
    assert_eq!(used.expect("one")["refused"], json!(["ai_consent_missing"]));

    let agrees =
        |method: &str| json!({ "kind": "ai_processing", "text_version": "2026-11", "method": method });
    let consents = format!("/clients/{}/consents", session.client);
    person.post(&consents, &agrees("verbal")).await.created();
    assert_eq!(refused(&person, &session).await, "ai_consent_missing", "not in writing");
    let signed = person.post(&consents, &agrees("electronic")).await.created();
    assert_eq!(drafted(&person, &session).await["state"], "succeeded");

    // Who sets the rule aside says why; and what a client takes back counts wherever the practice works.
    let aside = "/governance/rules/il.record_consent/set-aside";
    person.put(aside, &json!({ "reason": "" })).await.refused(422, "validation");
    person.put(aside, &json!({ "reason": "Our counsel says that we record nothing" })).await.ok();
    let revoke = format!("/consents/{}/revoke", signed["id"].as_str().expect("an id"));
    person.post_nothing(&revoke).await;
    assert_eq!(broken(&person.get(&asked).await.ok()), [], "the spoken agreement still holds");
    person.call(Method::DELETE, aside).answer().await.expect(204);
    assert_eq!(broken(&person.get(&asked).await.ok())[0].0, "ai_consent_missing");

    if let Some(stranger) = app.stranger_from_another_practice().await {
        let theirs = system(&stranger, "local-extract").await;
        let path = format!("/governance/systems/{theirs}/decision?encounter_id={}", session.encounter);
        stranger.get(&path).await.refused(404, "not_found");
    }
    app.stop().await;
}

#[tokio::test]
async fn on_sqlite_where_the_law_asks_for_written_consent_ai_waits_for_it() {
    in_illinois(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres_where_the_law_asks_for_written_consent_ai_waits_for_it() {
    in_illinois(Backend::Postgres).await;
}

/// A model that answers with nothing it could cite, at 900 and 90 tokens.
async fn model() -> Site {
    Site::open(|_| {
        let content = json!({ "sections": { "subjective": [], "objective": [], "mental_status": [],
            "assessment": [], "plan": [], "risk": [] } });
        let message = json!({ "role": "assistant", "content": content.to_string() });
        Site::json(
            200,
            &json!({ "id": "1", "object": "chat.completion", "created": 1, "model": "m",
                "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": 900, "completion_tokens": 90, "total_tokens": 990 } })
            .to_string(),
        )
    })
    .await
}

/// The jobs of a practice are done by whichever of the two is free; what one is told, both hold to.
#[tokio::test]
async fn what_one_process_is_told_about_ai_the_other_holds_to_at_once() {
    let Some(own) = OwnDatabase::create().await else { return };
    let model = model().await;
    let (key, url) = (format!("test:{}", BASE64.encode([7; 32])), format!("{}/v1", model.address));
    let settings = [
        ("DATABASE_URL", own.url.as_str()),
        ("DATABASE_POOL", "8"),
        ("ENCRYPTION_KEY", &key),
        ("LANGUAGE_SERVICE_URL", &url),
        ("LANGUAGE_SERVICE_MODEL", "qwen3-32b"),
        ("LANGUAGE_SERVICE_RUN_BY", "Harbour Computing"),
        ("LANGUAGE_SERVICE_PRICE_MILLION_INPUT_TOKENS", "0.28"),
        ("LANGUAGE_SERVICE_PRICE_MILLION_OUTPUT_TOKENS", "0.42"),
    ];
    let (mut one, mut other) = (Binary::start(SERVER, &settings), Binary::start(SERVER, &settings));
    let here = one.therapist().await;
    let there = here.at(&other.address);
    there.hold(&here.token());
    let session = typed(&here).await;
    let path = format!("/governance/systems/{}", system(&here, "language-service").await);
    let set = async |person: &Person, terms: Value| person.patch(&path, None, &terms).await.ok();
    let agreed = json!({ "state": "live", "agreement_on": "2026-01-31", "chosen": true });
    set(&here, agreed).await;
    assert_eq!(drafted(&there, &session).await["state"], "succeeded");
    assert_eq!(model.requests().len(), 1);

    // 290 millionths of a dollar are spent.
    let spent = set(&there, json!({ "monthly_budget_micro_usd": 290 })).await;
    assert_eq!(spent["spent_micro_usd"], 290);
    for person in [&here, &there] {
        assert_eq!(refused(person, &session).await, "ai_budget_spent");
    }
    set(&here, json!({ "monthly_budget_micro_usd": null, "agreement_until": "2026-02-28" })).await;
    for person in [&here, &there] {
        assert_eq!(refused(person, &session).await, "agreement_ended");
    }
    set(&there, json!({ "agreement_until": null })).await;
    there.put("/governance/stop", &json!({ "reason": "A draft named somebody else" })).await.ok();
    for person in [&here, &there] {
        assert_eq!(refused(person, &session).await, "ai_stopped");
    }
    assert_eq!(model.requests().len(), 1, "nothing reached it");
    here.call(Method::DELETE, "/governance/stop").answer().await.expect(204);
    assert_eq!(drafted(&there, &session).await["state"], "succeeded");
    assert_eq!(model.requests().len(), 2);
    one.kill();
    other.kill();
    own.remove().await;
}
