//! AI systems of a practice's own, which its programs ask as OpenAI's API is asked: the same rules, the same ledger.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Permission;
use tests::{
    Answer, Answered as _, Asked, Backend, Binary, Person, Site, TestApp, Told, new_client, new_session,
};

use crate::SERVER;

/// What the system says: OpenAI's published example, by the question's last word.
fn answer(asked: &Asked) -> Told {
    let body: Value = serde_json::from_str(&asked.body).expect("JSON");
    let usage = json!({ "prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100 });
    let question = body["messages"][0]["content"].as_str().unwrap_or_default();
    if question == "fail" {
        return Site::json(500, r#"{"error":{"message":"the server had an error"}}"#);
    }
    if asked.header("authorization") != "Bearer sk-of-the-clinic" {
        return Site::json(401, r#"{"error":{"message":"Incorrect API key provided"}}"#);
    }
    if body["stream"] != true {
        let message = json!({ "role": "assistant", "content": "Hello there" });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        let whole = json!({ "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [choice], "usage": usage });
        return Site::json(200, &whole.to_string());
    }
    let chunk = |choices: Value, usage: Value| {
        let chunk = json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
            "choices": choices, "usage": usage });
        format!("data: {chunk}\n\n")
    };
    let delta =
        |content: &str| json!([{ "index": 0, "delta": { "content": content }, "finish_reason": null }]);
    let mut events = chunk(delta("Hello"), Value::Null);
    if question != "break off" {
        events += &chunk(delta(" there"), Value::Null);
        if body["stream_options"]["include_usage"] == true {
            events += &chunk(json!([]), usage);
        }
        events += "data: [DONE]\n\n";
    }
    Told::Bytes(format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{events}"))
}

async fn with_a_model(backend: Backend, claim: impl AsyncFnOnce(&TestApp, &Site)) {
    let model = Site::open(answer).await;
    let settings = [("OUTBOUND_ALLOWED_HOSTS", model.host())];
    if let Some(app) = TestApp::start_with(backend, &settings).await {
        claim(&app, &model).await;
        app.stop().await;
    }
}

fn form(address: &str) -> Value {
    json!({ "name": "Letter helper", "vendor": "Cloud of words", "address": address, "model": "words-1",
        "used_for": "First versions of letters", "key": "sk-of-the-clinic",
        "million_input_tokens_micro_usd": 280_000, "million_output_tokens_micro_usd": 420_000 })
}

/// Enters the system and switches it on; its path.
async fn entered(owner: &Person, model: &Site) -> String {
    let made = owner.post("/governance/systems", &form(&format!("{}/v1", model.address))).await.created();
    assert_eq!((&made["key"], &made["state"]), (&json!("own-letter-helper"), &json!("off")));
    let path = format!("/governance/systems/{}", made["id"].as_str().expect("an id"));
    owner.patch(&path, None, &json!({ "state": "live" })).await.ok();
    path
}

fn question(content: &str, about: Value) -> Value {
    json!({ "model": "own-letter-helper", "messages": [{ "role": "user", "content": content }], "metadata": about })
}

fn synthetic() -> Value {
    json!({ "synthetic": "true" })
}

async fn ask(by: &Person, content: &str, about: Value) -> Answer {
    by.post("/ai/chat/completions", &question(content, about)).await
}

/// The newest row of the ledger.
async fn newest(owner: &Person) -> Value {
    owner.get("/governance/calls").await.ok()["items"][0].clone()
}

async fn program(app: &TestApp, owner: &Person, permissions: &[Permission]) -> Person {
    let key = json!({ "name": "the letter writer", "permissions": permissions, "days": 30 });
    let made = owner.post("/api-keys", &key).await.created();
    let program = Person::new(&app.address, "program@nowhere.example");
    program.hold(made["secret"].as_str().expect("a secret"));
    program
}

async fn made_up_goes_to_anybody(app: &TestApp, model: &Site) {
    let owner = app.therapist().await;
    let path = entered(&owner, model).await;
    let session = new_session(&owner).await;
    let letters =
        program(app, &owner, &[Permission::AskAi, Permission::ReadClients, Permission::AllClients]).await;

    // What is made up goes to whomever; the answer comes back as it is, and what it cost is known.
    let told = ask(&letters, "hello", synthetic()).await;
    let call = told.header("x-ai-call-id").to_owned();
    assert_eq!(told.ok()["choices"][0]["message"]["content"], "Hello there");
    let row = newest(&owner).await;
    assert_eq!(
        (&row["id"], &row["outcome"], &row["data"]),
        (&json!(call), &json!("succeeded"), &json!("synthetic"))
    );
    assert_eq!((&row["cost_micro_usd"], &row["encounter_id"]), (&json!(322), &Value::Null));
    let sent: Value = serde_json::from_str(&model.requests()[0].body).expect("JSON");
    assert_eq!(
        (&sent["model"], &sent["metadata"]),
        (&json!("words-1"), &Value::Null),
        "ours is not its business"
    );

    let models = letters.get("/ai/models").await.ok();
    assert_eq!((&models["object"], &models["data"][0]["id"]), (&json!("list"), &json!("own-letter-helper")));
    assert_eq!(models["data"].as_array().map(Vec::len), Some(1), "those of the software are not asked so");

    // A client's goes there by an agreement only, whether as a session's or as the client's own.
    let abouts = [json!({ "encounter_id": session.encounter }), json!({ "client_id": session.client })];
    for about in &abouts {
        let refused = ask(&letters, "hello", about.clone()).await.refused(409, "agreement_missing");
        assert_eq!(refused["error"]["code"], "agreement_missing", "as clients of OpenAI's API read it");
    }
    assert_eq!(model.requests().len(), 1, "nothing of a client reached it");
    let row = newest(&owner).await;
    assert_eq!((&row["outcome"], &row["reasons"]), (&json!("refused"), &json!(["agreement_missing"])));
    let explained = owner.get(&format!("{path}/decision?encounter_id={}", session.encounter)).await.ok();
    assert_eq!(explained["allowed"], false);
    let made_up = owner.get(&format!("{path}/decision?data=synthetic")).await.ok();
    assert_eq!(made_up["allowed"], true);

    owner.patch(&path, None, &json!({ "agreement_on": "2026-01-31" })).await.ok();
    for about in &abouts {
        ask(&letters, "hello", about.clone()).await.ok();
    }
    let about = json!({ "encounter_id": session.encounter, "letter": "to a school" });
    ask(&letters, "hello", about).await.ok();
    let sent: Value = serde_json::from_str(&model.requests()[3].body).expect("JSON");
    assert_eq!(sent["metadata"], json!({ "letter": "to a school" }), "what is not ours goes on");
    assert_eq!(newest(&owner).await["encounter_id"], json!(session.encounter));

    // What is said of whom has to be said, and once.
    for about in [
        json!({}),
        Value::Null,
        json!({ "synthetic": "perhaps" }),
        json!({ "synthetic": "true", "client_id": session.client }),
        json!({ "encounter_id": "no id" }),
    ] {
        let refused = ask(&letters, "hello", about).await.refused(422, "validation");
        assert_eq!(refused["errors"][0]["field"], "metadata");
    }
    let nobody = json!({ "client_id": "018f0000-0000-7000-8000-000000000000" });
    ask(&letters, "hello", nobody).await.refused(404, "not_found");
    let mut other = question("hello", synthetic());
    other["model"] = json!("local-extract");
    letters.post("/ai/chat/completions", &other).await.refused(503, "ai_system_missing");
    assert_eq!(model.requests().len(), 4);

    // Who may not ask does not; and whoever takes their agreement back is not asked about any more.
    let others = program(app, &owner, &[Permission::ReadClients]).await;
    ask(&others, "hello", synthetic()).await.refused(403, "forbidden");
    let consents = owner.get(&format!("/clients/{}/consents", session.client)).await.ok();
    let ai = consents["items"].as_array().expect("a list").iter().find(|it| it["kind"] == "ai_processing");
    let revoke = format!("/consents/{}/revoke", ai.expect("it was given")["id"].as_str().expect("an id"));
    owner.post_nothing(&revoke).await.ok();
    ask(&letters, "hello", abouts[1].clone()).await.refused(409, "consent_revoked");
    ask(&letters, "hello", synthetic()).await.ok();
    owner.put("/governance/stop", &json!({ "reason": "A letter named somebody else" })).await.ok();
    ask(&letters, "hello", synthetic()).await.refused(409, "ai_stopped");
    owner.call(Method::DELETE, "/governance/stop").answer().await.expect(204);
    owner.patch(&path, None, &json!({ "monthly_budget_micro_usd": 322 })).await.ok();
    ask(&letters, "hello", synthetic()).await.refused(409, "ai_budget_spent");

    if let Some(stranger) = app.stranger_from_another_practice().await {
        assert_eq!(stranger.get("/ai/models").await.ok()["data"], json!([]));
        ask(&stranger, "hello", synthetic()).await.refused(503, "ai_system_missing");
        for about in &abouts {
            ask(&stranger, "hello", about.clone()).await.refused(404, "not_found");
        }
        stranger.put(&format!("{path}/key"), &json!({ "key": "mine" })).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn on_sqlite_what_is_made_up_goes_to_anybody_and_a_clients_data_by_agreement_only() {
    with_a_model(Backend::Sqlite, made_up_goes_to_anybody).await;
}

#[tokio::test]
async fn on_postgres_what_is_made_up_goes_to_anybody_and_a_clients_data_by_agreement_only() {
    with_a_model(Backend::Postgres, made_up_goes_to_anybody).await;
}

async fn event_by_event(app: &TestApp, model: &Site) {
    let owner = app.therapist().await;
    let path = entered(&owner, model).await;
    let stream = |content: &str, usage: bool| {
        let mut question = question(content, synthetic());
        question["stream"] = json!(true);
        if usage {
            question["stream_options"] = json!({ "include_usage": true });
        }
        question
    };
    let (id, text) = streamed(&owner, &stream("hello", false)).await;
    let words: String = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok())
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(words, "Hello there", "{text}");
    assert!(text.ends_with("data: [DONE]\n\n") && !text.contains("prompt_tokens"), "nobody asked for these");
    let row = settled(&owner, &id).await;
    assert_eq!((&row["outcome"], &row["cost_micro_usd"]), (&json!("succeeded"), &json!(322)));
    let (_, told) = streamed(&owner, &stream("hello", true)).await;
    assert!(told.contains("\"prompt_tokens\":1000"), "{told}");

    // Half an answer is none: the program is told, and the ledger says so.
    let (id, text) = streamed(&owner, &stream("break off", false)).await;
    let row = settled(&owner, &id).await;
    assert_eq!((&row["outcome"], &row["reasons"]), (&json!("failed"), &json!(["engine_failed"])));
    assert!(!text.contains("[DONE]") && text.contains("\"code\":\"engine_failed\""), "{text}");

    // What it refuses or cannot do comes back as a refusal, and nothing that it said with it.
    ask(&owner, "fail", synthetic()).await.refused(502, "engine_failed");
    owner.put(&format!("{path}/key"), &json!({ "key": "sk-another" })).await.expect(204);
    let refused = ask(&owner, "hello", synthetic()).await.refused(502, "ai_service_refuses");
    assert!(!refused.to_string().contains("Incorrect"));
    let failed = newest(&owner).await;
    assert_eq!((&failed["outcome"], &failed["reasons"]), (&json!("failed"), &json!(["ai_service_refuses"])));
}

/// An answer that comes event by event, whole; before it the id of its call.
async fn streamed(by: &Person, question: &Value) -> (String, String) {
    let request = by.call(Method::POST, "/ai/chat/completions").json(question);
    let response = request.send().await.expect("an answer");
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!((response.status().as_u16(), header("content-type")), (200, "text/event-stream".to_owned()));
    (header("x-ai-call-id"), response.text().await.expect("to its end"))
}

/// The row of a call that has ended for whoever asked: it is written a moment later.
async fn settled(owner: &Person, id: &str) -> Value {
    for _ in 0..1_000 {
        let page = owner.get("/governance/calls").await.ok();
        let row = page["items"].as_array().expect("a list").iter().find(|row| row["id"] == id).cloned();
        let row = row.expect("it has a row");
        if row["outcome"] != "started" {
            return row;
        }
    }
    panic!("the call does not end");
}

#[tokio::test]
async fn on_sqlite_an_answer_comes_event_by_event_and_half_of_one_is_told_as_such() {
    with_a_model(Backend::Sqlite, event_by_event).await;
}

#[tokio::test]
async fn on_postgres_an_answer_comes_event_by_event_and_half_of_one_is_told_as_such() {
    with_a_model(Backend::Postgres, event_by_event).await;
}

#[tokio::test]
async fn what_is_entered_has_a_name_of_its_own_an_address_that_may_be_reached_and_a_key_that_nobody_sees() {
    with_a_model(Backend::Sqlite, async |app, model| {
        let owner = app.therapist().await;
        for address in [
            "",
            "http://example.com/v1",
            "https://127.0.0.1/v1",
            "https://169.254.169.254/latest",
            "https://[::1]/v1",
            "https://name:word@example.com/v1",
            "https://example.com/v1?to=x",
            "file:///etc/passwd",
        ] {
            let refused = owner.post("/governance/systems", &form(address)).await.refused(422, "validation");
            assert_eq!(refused["errors"][0]["field"], "address", "{address}");
        }
        for (field, value) in [
            ("name", json!("…")),
            ("vendor", json!("")),
            ("model", json!("m".repeat(201))),
            ("used_for", json!("")),
            ("key", json!("two words")),
            ("million_input_tokens_micro_usd", json!(10_000_000_001_u64)),
        ] {
            let mut wrong = form("https://example.com/v1");
            wrong[field] = value;
            let refused = owner.post("/governance/systems", &wrong).await.refused(422, "validation");
            assert_eq!(refused["errors"][0]["field"], field);
        }
        entered(&owner, model).await;
        owner.post("/governance/systems", &form(&model.address)).await.refused(409, "ai_system_exists");
        let all = owner.get("/governance/systems").await.ok();
        assert!(!all.to_string().contains("sk-of-the-clinic"));
        let own = all["items"].as_array().expect("a list").iter().find(|it| it["purpose"] == "other");
        assert_eq!(own.expect("it is there")["own"]["has_key"], true);
        // It hears no session and drafts no note.
        let session = new_session(&owner).await;
        let used = owner.get(&format!("/encounters/{}/ai-systems", session.encounter)).await.ok();
        assert!(!used.to_string().contains("Letter helper"));
        let path =
            format!("/governance/systems/{}", own.expect("it is there")["id"].as_str().expect("an id"));
        owner.patch(&path, None, &json!({ "chosen": true })).await.refused(409, "ai_system_off");
    })
    .await;
}

#[tokio::test]
async fn a_colleague_asks_nothing_about_a_client_they_are_not_in_care_of() {
    with_a_model(Backend::Sqlite, async |app, model| {
        let owner = app.therapist().await;
        let path = entered(&owner, model).await;
        owner.patch(&path, None, &json!({ "agreement_on": "2026-01-31" })).await.ok();
        let client = new_client(&owner).await;
        let colleague = app.colleague_of(&owner).await;
        ask(&colleague, "hello", json!({ "client_id": client })).await.refused(404, "not_found");
        ask(&colleague, "hello", synthetic()).await.ok();
        assert_eq!(model.requests().len(), 1);
    })
    .await;
}

/// The same person with the same sign-in, where the server is now.
fn signed_in_at(person: &Person, address: &str) -> Person {
    let there = person.at(address);
    there.hold(&person.token());
    there
}

/// Issue 6: "ledger completeness (provider stand-in counts the calls it received, equal to the ledger, also under kill -9)".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_the_server_is_killed_no_call_reaches_a_model_without_its_row() {
    const KILLS: usize = 4;
    const AT_ONCE: usize = 8;
    let model = Site::open(answer).await;
    let mut server = Binary::start(
        SERVER,
        &[("OUTBOUND_ALLOWED_HOSTS", model.host()), ("RATE_LIMIT_MAX_REQUESTS", "100000")],
    );
    let owner = server.therapist().await;
    entered(&owner, &model).await;
    let (mut answered, mut asked) = (0, 0);
    for round in 0..=KILLS {
        let owner = Arc::new(signed_in_at(&owner, &server.address));
        let before = model.requests().len();
        let asking: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let owner = owner.clone();
                tokio::spawn(async move {
                    let mut answered = 0;
                    for _ in 0..20 {
                        let request = owner.call(Method::POST, "/ai/chat/completions");
                        match request.json(&question("hello", synthetic())).send().await {
                            Ok(response) if response.status() == 200 => answered += 1,
                            Ok(response) => panic!("{}", response.status()),
                            Err(_killed) => break,
                        }
                    }
                    answered
                })
            })
            .collect();
        if round < KILLS {
            // In the middle of it: some have been answered, and others are under way.
            let mut look = tokio::time::interval(Duration::from_millis(1));
            while model.requests().len() < before + AT_ONCE * 3 {
                assert!(!asking.iter().all(tokio::task::JoinHandle::is_finished), "nobody is asking");
                look.tick().await;
            }
            server.kill();
            asked += 1;
        }
        for one in asking {
            answered += one.await.expect("it asks to its end");
        }
        if round < KILLS {
            server.restart();
        }
    }
    let owner = signed_in_at(&owner, &server.address);
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("/governance/calls?limit=200{cursor}")).await.ok();
        rows.extend(page["items"].as_array().expect("a list").clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let received = model.requests().len();
    let of = |outcome: &str| rows.iter().filter(|row| row["outcome"] == outcome).count();
    let (succeeded, cut_off) = (of("succeeded"), of("started") + of("timeout"));
    println!(
        "{asked} kills: {received} calls reached the model, {} rows, {cut_off} of them cut off",
        rows.len()
    );
    assert_eq!(succeeded + cut_off, rows.len(), "nothing else happened");
    assert!(received <= rows.len(), "{received} calls and {} rows", rows.len());
    assert!(
        received >= succeeded && succeeded >= answered,
        "{answered} answers, {succeeded} rows of success"
    );
    // Whatever was cut off says so: those are all that may not have reached it.
    assert!(rows.len() - received <= cut_off && cut_off <= KILLS * AT_ONCE);
    server.kill();
}
