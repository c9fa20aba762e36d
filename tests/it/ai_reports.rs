//! What AI did, counted and taken away; and whether an outsider can tell that it is as it was given out.

use std::{collections::BTreeMap, io::Cursor, io::Read as _};

use proof::{CALLS, Finding, check};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Answered as _, Backend, Mark, Person, Session, TestApp, new_session, wait_for_job};

/// A session whose words were typed in, drafted once.
async fn drafted(person: &Person, mark: &Mark) -> (Session, String) {
    let session = new_session(person).await;
    let lines = json!({ "lines": [
        { "role": "therapist", "text": "How did you sleep last week?" },
        { "role": "client", "text": format!("I slept four hours a night, says {}.", mark.0) },
    ] });
    let path = format!("/encounters/{}/transcript", session.encounter);
    person.call(Method::PUT, &path).header("if-none-match", "*").json(&lines).answer().await.created();
    let state = again(person, &session).await;
    (session, state)
}

async fn again(person: &Person, session: &Session) -> String {
    let asked = json!({ "template_id": "soap", "source": "transcript" });
    let job = person.post(&format!("/encounters/{}/drafts", session.encounter), &asked).await.expect(202);
    let job = wait_for_job(person, job["job_id"].as_str().expect("a job")).await;
    job["state"].as_str().expect("a state").to_owned()
}

/// The files of a bundle.
fn unpacked(bundle: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bundle)).expect("an archive");
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("readable");
        let name = file.name().expect("a name").into_owned();
        files.insert(name, String::from_utf8_lossy(&content).into_owned());
    }
    files
}

async fn whole(backend: Backend) {
    let Some(app) = TestApp::start(backend).await else { return };
    let person = app.therapist().await;
    let mark = Mark::of("said");
    let (session, state) = drafted(&person, &mark).await;
    assert_eq!(state, "succeeded");
    person.put("/governance/stop", &json!({ "reason": "To see that it stops" })).await.ok();
    assert_eq!(again(&person, &session).await, "failed");
    person.call(Method::DELETE, "/governance/stop").answer().await.expect(204);

    let summary = person.get("/governance/summary").await.ok();
    let drafting: Vec<&Value> = summary["systems"]
        .as_array()
        .expect("systems")
        .iter()
        .filter(|it| it["purpose"] == "drafting")
        .collect();
    assert_eq!(drafting[0]["calls"], json!({ "succeeded": 1, "refused": 1, "failed": 0 }));
    assert_eq!(summary["reasons"], json!([{ "code": "ai_stopped", "calls": 1 }]));
    assert_eq!(summary["orders"][0]["reason"], "To see that it stops");
    let today = summary["until"].as_str().expect("a day").to_owned();
    let bars = summary["bars"].as_array().expect("bars");
    let last = bars.last().expect("a bar");
    assert_eq!((&last["from"], &last["calls"]["succeeded"]), (&json!(today), &json!(1)));
    person.get("/governance/summary?from=2026-02-02&until=2026-02-01").await.refused(422, "validation");
    person.get("/governance/summary?from=2020-01-01&until=2026-02-01").await.refused(422, "validation");
    let before = person.get("/governance/summary?from=2020-01-01&until=2020-01-31").await.ok();
    assert_eq!(before["reasons"], json!([]));

    let answer: Answer = person.get("/governance/report").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"));
    let bundle = answer.body.to_vec();
    let key = app.nobody().get("/signing-key").await.text();
    let (manifest, findings) = check(Cursor::new(&bundle), &key).expect("a bundle");
    assert_eq!((findings, manifest.calls, manifest.until.to_string()), (vec![], 2, today));
    let files = unpacked(&bundle);
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["README.txt", "calls.ndjson", "manifest.jws", "report.json", "report.pdf"]);
    assert!(files["report.pdf"].starts_with("%PDF-"));
    let calls: Vec<Value> =
        files[CALLS].lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ledger = person.get("/governance/calls").await.ok();
    let newest_first: Vec<_> = calls.iter().rev().cloned().collect();
    assert_eq!(ledger["items"], json!(newest_first), "it is the ledger, the oldest first");
    for content in files.values() {
        assert!(!mark.is_in(content.as_bytes()), "nothing that was said is in it");
        assert!(!content.contains(&session.client), "nor whose session it was");
    }

    let mut damaged = bundle.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let altered = check(Cursor::new(&damaged), &key);
    assert!(altered.is_err() || altered.is_ok_and(|(_, findings)| findings.iter().any(is_of_content)));
    assert!(check(Cursor::new(&bundle), &key.replace("\"x\":\"", "\"x\":\"A")).is_err());
    app.stop().await;
}

fn is_of_content(finding: &Finding) -> bool {
    matches!(finding, Finding::Altered(_) | Finding::CallsDiffer)
}

#[tokio::test]
async fn on_sqlite_a_report_on_ai_use_is_whole_and_an_outsider_can_tell() {
    whole(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres_a_report_on_ai_use_is_whole_and_an_outsider_can_tell() {
    whole(Backend::Postgres).await;
}
