//! What was said about risk is in the note, or somebody has said why not, before the note is signed.

use reqwest::Method;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Answered as _, PASSWORD, Person, TestApp, new_session};

use crate::pipeline::draft;

tests::on_both! {
    a_note_is_signed_once_every_line_about_risk_is_cited_or_dismissed,
    a_draft_answers_every_line_and_a_sentence_that_is_deleted_opens_its_own,
    a_dismissal_is_of_words_and_ends_with_them,
    a_dismissal_can_be_taken_back_until_the_note_is_signed,
    a_reason_is_asked_for_and_fits,
    whoever_signs_as_well_sees_what_an_intern_dismissed,
    a_note_of_a_session_without_a_transcript_has_no_such_line,
}

const LINES: [(&str, &str); 5] = [
    ("therapist", "Have you had any thoughts of suicide this week?"),
    ("client", "No."),
    ("client", "In the film a man says he is going to kill himself."),
    ("client", "I have no thoughts of hurting anyone."),
    ("client", "I slept about four hours."),
];

/// A session with typed words and an empty note.
struct Written {
    note: String,
    encounter: String,
    segments: Vec<String>,
}

impl Written {
    async fn by(person: &Person) -> Self {
        let session = new_session(person).await;
        let encounter = format!("/encounters/{}", session.encounter);
        let lines: Vec<_> = LINES.iter().map(|(role, text)| json!({ "role": role, "text": text })).collect();
        let path = format!("{encounter}/transcript");
        let request = person.call(Method::PUT, &path).header("if-none-match", "*");
        let transcript = request.json(&json!({ "lines": lines })).answer().await.created();
        let segments = transcript["segments"].as_array().expect("lines").iter();
        let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
        let note = person.post("/notes", &form).await.created();
        Self {
            note: format!("/notes/{}", note["id"].as_str().expect("an id")),
            encounter,
            segments: segments.map(|line| line["id"].as_str().expect("an id").to_owned()).collect(),
        }
    }

    /// Writes one sentence that cites these lines.
    async fn cite(&self, by: &Person, lines: &[usize]) {
        let evidence: Vec<_> = lines.iter().map(|line| &self.segments[*line]).collect();
        let sentence =
            json!({ "text": "Asked about suicide: no.", "origin": "clinician", "evidence": evidence });
        let section = json!({ "key": "risk", "title": "Risk", "sentences": [sentence] });
        let tag = by.get(&self.note).await.etag();
        by.patch(&self.note, Some(&tag), &json!({ "sections": [section] })).await.ok();
    }

    async fn correct(&self, by: &Person, line: usize, text: &str) {
        let path = format!("{}/transcript", self.encounter);
        let tag = by.get(&path).await.etag();
        let edit = json!({ "segments": [{ "id": self.segments[line], "text": text }] });
        by.patch(&path, Some(&tag), &edit).await.ok();
    }

    async fn dismiss(&self, by: &Person, line: usize) -> Answer {
        dismiss(by, &self.note, &self.segments[line]).await
    }

    async fn take_back(&self, by: &Person, line: usize) -> Answer {
        by.call(Method::DELETE, &dismissal(&self.note, &self.segments[line])).answer().await
    }

    async fn lines(&self, by: &Person) -> Vec<Value> {
        risk_of(by, &self.note).await
    }
}

fn dismissal(note: &str, segment: &str) -> String {
    format!("{note}/risk/{segment}/dismissal")
}

/// Dismisses every line about risk, so that a note can be signed.
pub async fn dismiss_all(by: &Person, note: &str) {
    for line in risk_of(by, note).await {
        let first = line["segment_ids"][0].as_str().expect("an id");
        assert_eq!(dismiss(by, note, first).await.status, 204);
    }
}

/// Dismisses the line that begins with a segment.
async fn dismiss(by: &Person, note: &str, segment: &str) -> Answer {
    by.put(&dismissal(note, segment), &json!({ "reason": "others_words" })).await
}

/// The lines about risk of a note.
async fn risk_of(by: &Person, note: &str) -> Vec<Value> {
    let review = by.get(&format!("{note}/risk")).await.ok();
    assert!(review["lexicon_version"].as_u64().is_some_and(|version| version > 0), "{review}");
    review["lines"].as_array().expect("a list").clone()
}

async fn sign(by: &Person, note: &str) -> Answer {
    let tag = by.get(note).await.etag();
    let request = by.call(Method::POST, &format!("{note}/sign")).header("if-match", tag);
    request.json(&json!({ "password": PASSWORD })).answer().await
}

async fn a_note_is_signed_once_every_line_about_risk_is_cited_or_dismissed(app: &TestApp) {
    let therapist = app.therapist().await;
    let written = Written::by(&therapist).await;
    let lines = written.lines(&therapist).await;
    let told: Vec<_> = lines.iter().map(|it| (&it["segment_ids"], &it["role"], &it["manner"])).collect();
    let ids = |lines: &[usize]| json!(lines.iter().map(|line| &written.segments[*line]).collect::<Vec<_>>());
    let (therapists, clients) = (json!("therapist"), json!("client"));
    let (asked, said, denied) = (json!("asked"), json!("said"), json!("denied"));
    let expected =
        [(&ids(&[0]), &therapists, &asked), (&ids(&[2]), &clients, &said), (&ids(&[3]), &clients, &denied)];
    assert_eq!(told, expected);
    assert_eq!(lines[0]["answer"], json!([written.segments[1]]));
    assert_eq!(lines[0]["topics"], json!(["suicide"]));
    assert!(lines.iter().all(|it| it["cited"] == false && it["dismissal"].is_null()));

    written.cite(&therapist, &[0, 1]).await;
    let refused = sign(&therapist, &written.note).await;
    assert_eq!(
        refused.refused(409, "risk_unanswered")["detail"],
        "2 lines about risk are neither in the note nor dismissed."
    );
    assert!(!refused.text().contains("kill"), "a refusal repeats nothing that was said");
    written.cite(&therapist, &[0, 1, 3]).await;
    let refused = sign(&therapist, &written.note).await.refused(409, "risk_unanswered");
    assert_eq!(refused["detail"], "1 line about risk is neither in the note nor dismissed.");
    assert_eq!(therapist.get(&written.note).await.ok()["status"], "draft");

    let before = therapist.get(&written.note).await.etag();
    assert_eq!(written.dismiss(&therapist, 2).await.status, 204);
    assert_eq!(therapist.get(&written.note).await.etag(), before, "what is written is as it was");
    let lines = written.lines(&therapist).await;
    assert_eq!([&lines[0]["cited"], &lines[1]["cited"], &lines[2]["cited"]], [true, false, true]);
    let dismissed = &lines[1]["dismissal"];
    assert_eq!((&dismissed["reason"], &dismissed["words"]), (&json!("others_words"), &Value::Null));
    assert_eq!(dismissed["dismissed_by_name"], "Vera Winter");
    let signed = sign(&therapist, &written.note).await.ok();
    assert_eq!(signed["dismissals"], json!([dismissed]));
    assert_eq!(therapist.get(&written.note).await.ok()["dismissals"], json!([dismissed]));
    let trail = "SELECT action FROM audit_events WHERE outcome = 'done' AND action LIKE 'risk%'";
    assert_eq!(app.query(trail).await, ["risk_dismissed"]);
}

async fn a_draft_answers_every_line_and_a_sentence_that_is_deleted_opens_its_own(app: &TestApp) {
    let therapist = app.therapist().await;
    let session = new_session(&therapist).await;
    let lines: Vec<_> = LINES.iter().map(|(role, text)| json!({ "role": role, "text": text })).collect();
    let path = format!("/encounters/{}/transcript", session.encounter);
    let request = therapist.call(Method::PUT, &path).header("if-none-match", "*");
    request.json(&json!({ "lines": lines })).answer().await.created();
    let job = draft(&therapist, &session, "soap").await;
    let note = format!("/notes/{}", job["note_id"].as_str().expect("a note"));
    let found = risk_of(&therapist, &note).await;
    assert!(found.len() == 3 && found.iter().all(|line| line["cited"] == true), "{found:?}");
    let emptied = json!({ "sections": [{ "key": "risk", "title": "Risk", "sentences": [] }] });
    let tag = therapist.get(&note).await.etag();
    therapist.patch(&note, Some(&tag), &emptied).await.ok();
    assert!(risk_of(&therapist, &note).await.iter().all(|line| line["cited"] == false));
    let own = json!({ "sections": [{ "key": "plan", "title": "Plan", "sentences": [
        { "text": "Meet again.", "origin": "clinician", "evidence": [] }] }] });
    let tag = therapist.get(&note).await.etag();
    therapist.patch(&note, Some(&tag), &own).await.ok();
    sign(&therapist, &note).await.refused(409, "risk_unanswered");
}

async fn a_dismissal_is_of_words_and_ends_with_them(app: &TestApp) {
    let therapist = app.therapist().await;
    let written = Written::by(&therapist).await;
    written.cite(&therapist, &[0, 3]).await;
    assert_eq!(written.dismiss(&therapist, 2).await.status, 204);
    written.correct(&therapist, 2, "I am going to kill myself.").await;
    assert_eq!(written.lines(&therapist).await[1]["dismissal"], Value::Null);
    sign(&therapist, &written.note).await.refused(409, "risk_unanswered");
    // What was misheard is corrected, and then there is nothing to answer.
    written.correct(&therapist, 2, "In the film a man bakes a cake.").await;
    assert_eq!(written.lines(&therapist).await.len(), 2);
    sign(&therapist, &written.note).await.ok();
}

async fn a_dismissal_can_be_taken_back_until_the_note_is_signed(app: &TestApp) {
    let therapist = app.therapist().await;
    let written = Written::by(&therapist).await;
    written.cite(&therapist, &[0, 3]).await;
    written.take_back(&therapist, 2).await.refused(404, "not_found");
    assert_eq!(written.dismiss(&therapist, 2).await.status, 204);
    assert_eq!(written.take_back(&therapist, 2).await.status, 204);
    written.take_back(&therapist, 2).await.refused(404, "not_found");
    sign(&therapist, &written.note).await.refused(409, "risk_unanswered");
    let own = json!({ "reason": "own_words", "words": "They told of a film." });
    let path = dismissal(&written.note, &written.segments[2]);
    for reason in [json!({ "reason": "idiom" }), own] {
        assert_eq!(therapist.put(&path, &reason).await.status, 204);
    }
    let dismissals = therapist.get(&written.note).await.ok()["dismissals"].clone();
    assert_eq!(dismissals.as_array().map(Vec::len), Some(1), "the newer reason counts: {dismissals}");
    assert_eq!(dismissals[0]["words"], "They told of a film.");
    sign(&therapist, &written.note).await.ok();
    written.take_back(&therapist, 2).await.refused(409, "already_signed");
    written.dismiss(&therapist, 2).await.refused(409, "already_signed");
    assert_eq!(therapist.get(&written.note).await.ok()["dismissals"], dismissals);
}

async fn a_reason_is_asked_for_and_fits(app: &TestApp) {
    let therapist = app.therapist().await;
    let written = Written::by(&therapist).await;
    let path = dismissal(&written.note, &written.segments[2]);
    for refused in [
        json!({ "reason": "own_words" }),
        json!({ "reason": "own_words", "words": " " }),
        json!({ "reason": "idiom", "words": "x".repeat(501) }),
    ] {
        let refused = therapist.put(&path, &refused).await.refused(422, "validation");
        assert_eq!(refused["errors"][0]["field"], "words");
    }
    therapist.put(&path, &json!({})).await.refused(400, "invalid_request");
    assert_eq!(
        therapist.put(&path, &json!({ "reason": "idiom", "words": "x".repeat(500) })).await.status,
        204
    );
    // What touches no risk needs no reason, and what is not of this session has no place here.
    written.dismiss(&therapist, 4).await.refused(404, "not_found");
    let other = Written::by(&therapist).await;
    dismiss(&therapist, &written.note, &other.segments[2]).await.refused(404, "not_found");
    assert!(other.lines(&therapist).await.iter().all(|line| line["dismissal"].is_null()));
}

async fn whoever_signs_as_well_sees_what_an_intern_dismissed(app: &TestApp) {
    let owner = app.therapist().await;
    let written = Written::by(&owner).await;
    let client = owner.get(&written.encounter).await.ok()["client_ids"][0].clone();
    let intern = app.beside(&owner, Role::Intern).await;
    tests::share(&owner, client.as_str().expect("an id"), &intern).await;
    written.cite(&intern, &[0, 3]).await;
    assert_eq!(written.dismiss(&intern, 2).await.status, 204);
    assert_eq!(sign(&intern, &written.note).await.ok()["status"], "awaiting_co_signature");
    written.take_back(&intern, 2).await.refused(409, "already_signed");
    let seen = written.lines(&owner).await[1]["dismissal"].clone();
    assert_eq!(seen["segment_id"], written.segments[2].as_str());
    assert_ne!(seen["dismissed_by_name"], "Vera Winter");
    let tag = owner.get(&written.note).await.etag();
    let request = owner.call(Method::POST, &format!("{}/give-back", written.note)).header("if-match", tag);
    request.json(&json!({ "reason": "Say which film." })).answer().await.ok();
    assert_eq!(written.take_back(&intern, 2).await.status, 204);
    sign(&intern, &written.note).await.refused(409, "risk_unanswered");
}

async fn a_note_of_a_session_without_a_transcript_has_no_such_line(app: &TestApp) {
    let therapist = app.therapist().await;
    let session = new_session(&therapist).await;
    let form = json!({ "encounter_id": session.encounter, "template_id": "soap" });
    let note = therapist.post("/notes", &form).await;
    let path = format!("/notes/{}", note.created()["id"].as_str().expect("an id"));
    let text = json!({ "sections": [{ "key": "risk", "title": "Risk", "sentences": [
        { "text": "Speaks of suicide.", "origin": "clinician", "evidence": [] }] }] });
    therapist.patch(&path, Some(&note.etag()), &text).await.ok();
    assert_eq!(risk_of(&therapist, &path).await, [] as [Value; 0]);
    sign(&therapist, &path).await.ok();
}
