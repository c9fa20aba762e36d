//! Every operation leaves its event in the audit trail, and every refusal too.

use reqwest::Method;
use serde_json::Value;
use tests::{Answer, Answered as _, TestApp};

use super::{
    catalogue::{Step, catalogue},
    operations::operations,
    world::World,
};

tests::on_both! {
    every_operation_leaves_its_event,
    a_refused_attempt_leaves_its_event,
    an_event_tells_who_what_and_when_and_nothing_of_the_chart,
}

/// What the audit trail holds of a request.
async fn recorded(app: &TestApp, answer: &Answer) -> Vec<String> {
    let id = answer.header("x-request-id");
    assert_eq!(id.len(), 36, "every answer has a request id");
    app.query(&format!("SELECT action || ' ' || outcome FROM audit_events WHERE request_id = '{id}'")).await
}

async fn every_operation_leaves_its_event(app: &TestApp) {
    let therapist = app.newcomer().await;
    let mut world = World::of_nothing();
    for step in catalogue() {
        let answer = world.send(&step, &therapist, &therapist).await;
        assert_eq!(answer.status, step.status, "{}: {}", step.operation, answer.text());
        let recorded = recorded(app, &answer).await;
        let outcome = if answer.status < 400 { "done".to_owned() } else { answer.code() };
        let expected = format!("{} {outcome}", step.action);
        if step.action.is_empty() {
            assert!(recorded.is_empty(), "{} recorded {recorded:?}", step.operation);
        } else {
            assert!(recorded.contains(&expected), "{} recorded {recorded:?}, not {expected}", step.operation);
        }
        world.keep(&step, &answer, &therapist).await;
    }
}

async fn a_refused_attempt_leaves_its_event(app: &TestApp) {
    let therapist = app.therapist().await;
    let auditor = app.auditor_beside(&therapist).await;
    let mut refused = 0;
    for step in catalogue() {
        let operation =
            operations().into_iter().find(|it| it.name() == step.operation).expect("it is described");
        let world = World::of_nothing();
        let answer = world.send(&step, &auditor, &therapist).await;
        if answer.status == 403 && answer.code() != "step_up_required" {
            expect_refusal(&step, &answer, "forbidden");
            assert_eq!(recorded(app, &answer).await, ["access_refused forbidden"], "{}", step.operation);
            refused += 1;
            // Nor is anything said of what was sent before it is known that it may be sent.
            let answer = world.send_bare(&step, &auditor).await;
            expect_refusal(&step, &answer, "forbidden");
            assert_eq!(recorded(app, &answer).await, ["access_refused forbidden"], "{}", step.operation);
        }
        // What is not there is recorded as well, for whoever may look.
        let in_matrix = operation.permission.is_some_and(|it| it.contains('.'));
        if operation.path.contains('{') && in_matrix {
            let answer = world.send(&step, &therapist, &therapist).await;
            expect_refusal(&step, &answer, "not_found");
            let recorded = recorded(app, &answer).await;
            assert!(recorded.iter().any(|it| it.ends_with(" not_found")), "{}: {recorded:?}", step.operation);
        }
        if step.operation.ends_with("/logout") {
            auditor.sign_in().await.ok();
        }
    }
    assert!(refused > 15, "only {refused}");
}

/// The answer to `HEAD` has no body (RFC 9110 §9.3.2): its status is all that it says.
fn expect_refusal(step: &Step, answer: &Answer, code: &str) {
    let status = if code == "forbidden" { 403 } else { 404 };
    if step.operation.starts_with("HEAD") {
        answer.expect(status);
    } else {
        answer.refused(status, code);
    }
}

async fn an_event_tells_who_what_and_when_and_nothing_of_the_chart(app: &TestApp) {
    let therapist = app.therapist().await;
    let me = therapist.get("/me").await.ok();
    let client = tests::new_client(&therapist).await;
    let answer = therapist.get(&format!("/clients/{client}")).await;
    answer.ok();
    let auditor = app.auditor_beside(&therapist).await;
    let events = auditor.get(&format!("/audit/events?client_id={client}&action=client_read")).await;
    let page = events.ok();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
    let event = &page["items"][0];
    assert_eq!(event["action"], "client_read");
    assert_eq!(event["user_id"], me["user"]["id"]);
    assert_eq!(event["client_id"], Value::String(client));
    assert_eq!(event["outcome"], "done");
    assert_eq!(event["request_id"], answer.header("x-request-id"));
    assert!(!events.text().contains("Mara") && !events.text().contains("Quint"));
    let all = auditor.call(Method::GET, "/audit/events?action=client_read").answer().await.ok();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(1));
}
