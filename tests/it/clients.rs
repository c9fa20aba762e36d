//! Clients, consents and sessions.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answered as _, TestApp, new_client};

tests::on_both! {
    a_client_comes_back_as_they_were_added,
    a_patch_tells_absent_null_and_given_apart,
    a_post_sent_twice_under_one_key_makes_one_thing,
    of_many_posts_at_once_under_one_key_one_makes_the_thing,
    a_key_used_for_something_else_is_refused,
    a_list_stays_stable_while_clients_are_added,
    a_limit_is_brought_into_bounds,
    bad_fields_are_named,
    ids_and_queries_that_cannot_be_read_are_problems,
    a_consent_is_revoked_once,
    a_session_needs_a_client,
}

async fn a_client_comes_back_as_they_were_added(app: &TestApp) {
    let therapist = app.therapist().await;
    let form = json!({ "given_name": "Márta", "family_name": "O'Neill-Quint", "date_of_birth": "1987-05-04",
        "email": "m@client.example", "phone": "+1 555 0100", "pronouns": "she/her", "external_id": "EX 1" });
    let answer = therapist.post("/clients", &form).await;
    let client = answer.created();
    for (field, value) in form.as_object().expect("an object") {
        assert_eq!(&client[field], value, "{field}");
    }
    assert_eq!(client["jurisdiction"], "US-CA", "the practice's place");
    let path = format!("/clients/{}", client["id"].as_str().expect("an id"));
    assert_eq!(therapist.get(&path).await.ok(), client);
    assert_eq!(therapist.get("/clients").await.ok()["items"][0], client);
}

async fn a_patch_tells_absent_null_and_given_apart(app: &TestApp) {
    let therapist = app.therapist().await;
    let form =
        json!({ "given_name": "Mara", "family_name": "Quint", "phone": "1", "email": "m@client.example" });
    let client = therapist.post("/clients", &form).await.created();
    let path = format!("/clients/{}", client["id"].as_str().expect("an id"));
    let edited = therapist.patch(&path, None, &json!({ "phone": null, "pronouns": "they/them" })).await.ok();
    assert_eq!(edited["phone"], Value::Null);
    assert_eq!(edited["pronouns"], "they/them");
    assert_eq!(edited["email"], "m@client.example");
    assert_eq!(edited["given_name"], "Mara");
    assert_eq!(therapist.get(&path).await.ok(), edited);
}

async fn a_post_sent_twice_under_one_key_makes_one_thing(app: &TestApp) {
    let therapist = app.therapist().await;
    let form = json!({ "given_name": "Mara", "family_name": "Quint" });
    let post = async || {
        let request = therapist.call(Method::POST, "/clients").header("idempotency-key", "one");
        request.json(&form).answer().await.created()["id"].clone()
    };
    assert_eq!(post().await, post().await);
    assert_eq!(therapist.get("/clients").await.ok()["items"].as_array().map(Vec::len), Some(1));
    // Without a key, and under another one, the same body is another client.
    therapist.post("/clients", &form).await.created();
    let other = therapist.call(Method::POST, "/clients").header("idempotency-key", "two").json(&form);
    other.answer().await.created();
    assert_eq!(app.count("clients").await, 3);
}

async fn of_many_posts_at_once_under_one_key_one_makes_the_thing(app: &TestApp) {
    let therapist = app.therapist().await;
    let form = json!({ "given_name": "Mara", "family_name": "Quint" });
    let posts = (0..6).map(|_| {
        let request = therapist.call(Method::POST, "/clients").header("idempotency-key", "one");
        request.json(&form).answer()
    });
    let mut made = BTreeSet::new();
    for answer in futures_util::future::join_all(posts).await {
        if answer.status == 201 {
            made.insert(answer.json()["id"].to_string());
        } else {
            // Whoever was slower may be told to try again; it is not the server's failure.
            answer.refused(409, "conflict");
        }
    }
    assert_eq!(made.len(), 1);
    assert_eq!(app.count("clients").await, 1);
}

async fn a_key_used_for_something_else_is_refused(app: &TestApp) {
    let therapist = app.therapist().await;
    let post = async |form: Value| {
        let request = therapist.call(Method::POST, "/clients").header("idempotency-key", "one");
        request.json(&form).answer().await
    };
    post(json!({ "given_name": "Mara", "family_name": "Quint" })).await.created();
    post(json!({ "given_name": "Otto", "family_name": "Quint" })).await.refused(422, "idempotency_mismatch");
    // The key is the practice's own: with nobody else's can it be confused.
    if let Some(stranger) = app.stranger_from_another_practice().await {
        let request = stranger.call(Method::POST, "/clients").header("idempotency-key", "one");
        let form = json!({ "given_name": "Otto", "family_name": "Fremd" });
        request.json(&form).answer().await.created();
    }
}

async fn a_list_stays_stable_while_clients_are_added(app: &TestApp) {
    let therapist = app.therapist().await;
    let mut first = BTreeSet::new();
    for _ in 0..7 {
        first.insert(new_client(&therapist).await);
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = therapist.get(&format!("/clients?limit=3{cursor}")).await.ok();
        let items = page["items"].as_array().expect("a list");
        assert!(items.len() <= 3);
        seen.extend(items.iter().filter_map(|it| it["id"].as_str().map(str::to_owned)));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        new_client(&therapist).await;
    }
    assert_eq!(seen.len(), 7, "none twice, none left out, none of those added meanwhile");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), first);
}

async fn a_limit_is_brought_into_bounds(app: &TestApp) {
    let therapist = app.therapist().await;
    for _ in 0..2 {
        new_client(&therapist).await;
    }
    for (limit, rows) in [("0", 1), ("1", 1), ("200", 2), ("1000000", 2)] {
        let page = therapist.get(&format!("/clients?limit={limit}")).await.ok();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(rows), "{limit}");
    }
}

async fn bad_fields_are_named(app: &TestApp) {
    let therapist = app.therapist().await;
    let form = json!({ "given_name": " ", "family_name": "Q".repeat(101), "email": "nowhere" });
    let problem = therapist.post("/clients", &form).await.refused(422, "validation");
    let named: BTreeSet<&str> =
        problem["errors"].as_array().expect("errors").iter().filter_map(|it| it["field"].as_str()).collect();
    assert_eq!(named, BTreeSet::from(["email", "family_name", "given_name"]));
    let client = new_client(&therapist).await;
    let problem = therapist.patch(&format!("/clients/{client}"), None, &json!({ "given_name": "" })).await;
    problem.refused(422, "validation");
}

async fn ids_and_queries_that_cannot_be_read_are_problems(app: &TestApp) {
    let therapist = app.therapist().await;
    therapist.get("/clients/zebra").await.refused(404, "not_found");
    for query in ["limit=zebra", "limit=-1", "cursor=zebra"] {
        let answer = therapist.get(&format!("/clients?{query}")).await;
        answer.refused(400, "invalid_request");
        assert!(!answer.text().contains("zebra"), "{}", answer.text());
    }
    therapist.call(Method::DELETE, "/clients").answer().await.refused(405, "method_not_allowed");
}

async fn a_consent_is_revoked_once(app: &TestApp) {
    let therapist = app.therapist().await;
    let client = new_client(&therapist).await;
    let form = json!({ "kind": "recording", "text_version": "2026-11", "method": "written" });
    let path = format!("/clients/{client}/consents");
    let consent = therapist.post(&path, &form).await.created();
    assert_eq!(consent["revoked_at"], Value::Null);
    let revoke = format!("/consents/{}/revoke", consent["id"].as_str().expect("an id"));
    let revoked = therapist.post_nothing(&revoke).await.ok();
    assert!(revoked["revoked_at"].is_string());
    therapist.post_nothing(&revoke).await.refused(409, "consent_revoked");
    assert_eq!(therapist.get(&path).await.ok()["items"][0]["revoked_at"], revoked["revoked_at"]);
}

async fn a_session_needs_a_client(app: &TestApp) {
    let therapist = app.therapist().await;
    let form =
        |clients: Value| json!({ "client_ids": clients, "modality": "individual", "setting": "phone" });
    therapist.post("/encounters", &form(json!([]))).await.refused(422, "validation");
    let nobody = json!(["01990000-0000-7000-8000-00000000dead"]);
    therapist.post("/encounters", &form(nobody)).await.refused(404, "not_found");
    let client = new_client(&therapist).await;
    let encounter = therapist.post("/encounters", &form(json!([client]))).await.created();
    assert_eq!(encounter["recording"], Value::Null);
    assert_eq!(encounter["locked"], false);
}
