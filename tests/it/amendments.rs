//! Requests that a record be changed: their clock, their answer, what follows it, and what goes with the record.

use chrono::NaiveDate;
use serde_json::{Value, json};
use shared::permissions::Role;
use tests::{Answer, Person, TestApp, new_client, new_session};

use crate::{
    record_exports::{another_session, asked as asked_for_records, exported, record, signed, written},
    record_requests::{day, pass},
};

tests::on_both! {
    a_change_is_due_in_sixty_days_and_extended_once_by_thirty,
    a_signed_note_is_added_to_and_stays_as_it_was_signed,
    only_a_signed_note_of_their_own_chart_can_be_changed,
    who_cannot_sign_alone_accepts_no_change_of_a_note,
    a_statement_follows_a_denial_and_a_rebuttal_a_statement,
    others_are_told_of_what_was_accepted,
    of_two_answers_at_once_one_counts,
    of_two_statements_at_once_one_is_kept,
    what_was_answered_goes_with_the_record_and_with_its_note,
    a_part_of_the_record_holds_what_is_about_that_part,
    who_does_not_see_the_client_sees_no_request,
    what_cannot_be_kept_is_refused,
    whoever_answers_for_privacy_is_reminded_and_told_nothing_about_the_client,
}

const CHANGE: &str = "It says four hours; it was six.";
const STATEMENT: &str = "I was there, and I counted.";
const REBUTTAL: &str = "The recording says four.";

fn new(on: NaiveDate) -> Value {
    json!({ "change": CHANGE, "reason": "I had misremembered.", "received_on": on })
}

fn of_note(note: &str, on: NaiveDate) -> Value {
    let mut new = new(on);
    new["note_id"] = json!(note.trim_start_matches("/notes/"));
    new
}

async fn ask(by: &Person, client: &str, new: &Value) -> Answer {
    by.post(&format!("/clients/{client}/amendments"), new).await
}

/// A new one; its path.
async fn asked(by: &Person, client: &str, new: &Value) -> String {
    let request = ask(by, client, new).await.created();
    format!("/amendments/{}", request["id"].as_str().expect("an id"))
}

async fn extend(by: &Person, request: &str, told_on: NaiveDate) -> Answer {
    let given = json!({ "reason": "Whoever wrote it is away.", "told_on": told_on });
    by.post(&format!("{request}/extend"), &given).await
}

async fn accept(app: &TestApp, by: &Person, request: &str) -> Answer {
    let given = json!({ "words": "Six hours a night.", "told_on": day(app, 0) });
    by.post(&format!("{request}/accept"), &given).await
}

async fn deny(app: &TestApp, by: &Person, request: &str) -> Answer {
    let given = json!({ "ground": "accurate_and_complete", "told_on": day(app, 0),
        "words": "It is what was said. You may disagree in writing." });
    by.post(&format!("{request}/deny"), &given).await
}

async fn paper(app: &TestApp, by: &Person, request: &str, kind: &str, words: &str) -> Answer {
    let paper = json!({ "kind": kind, "words": words, "on": day(app, 0) });
    by.post(&format!("{request}/papers"), &paper).await
}

async fn a_change_is_due_in_sixty_days_and_extended_once_by_thirty(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let late = asked(&owner, &client, &new(day(app, -61))).await;
    let request = asked(&owner, &client, &new(day(app, -10))).await;
    let listed = owner.get("/amendments").await.ok();
    let left = |at: usize| listed["items"][at]["days_left"].clone();
    assert_eq!((left(0), left(1)), (json!(-1), json!(50)), "the overdue one first");
    assert_eq!(listed["items"][1]["client_name"], "Mara Quint");
    let extended = extend(&owner, &request, day(app, 0)).await.ok();
    assert_eq!((&extended["due_on"], &extended["days_left"]), (&json!(day(app, 80)), &json!(80)));
    extend(&owner, &request, day(app, 0)).await.refused(409, "request_extended");
    extend(&owner, &late, day(app, 0)).await.refused(422, "validation");
    // They were told on the last day, and it is written down a day later.
    extend(&owner, &late, day(app, -1)).await.ok();
    owner.post_nothing(&format!("{late}/withdraw")).await.ok();
    for (path, code) in [("withdraw", "request_settled"), ("extend", "request_settled")] {
        let given = json!({ "reason": "Again.", "told_on": day(app, 0) });
        let answer = match path {
            "extend" => owner.post(&format!("{late}/extend"), &given).await,
            _ => owner.post_nothing(&format!("{late}/withdraw")).await,
        };
        answer.refused(409, code);
    }
    let settled = owner.get("/amendments?settled=true").await.ok();
    assert_eq!(settled["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(settled["items"][0]["state"], "withdrawn");
}

async fn a_signed_note_is_added_to_and_stays_as_it_was_signed(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let note = signed(&owner, &session, "Slept four hours a night.").await;
    let before = owner.get(&note).await.ok();
    let request = asked(&owner, &session.client, &of_note(&note, day(app, -3))).await;
    let accepted = accept(app, &owner, &request).await.ok();
    let after = owner.get(&note).await.ok();
    for kept in ["sections", "signature", "revision", "status"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    let addendum = &after["addenda"][0];
    let text = addendum["text"].as_str().expect("a text");
    let came = day(app, -3).format("%-d %B %Y").to_string();
    assert!(text.contains("client's request") && text.contains(&came), "{text}");
    assert!(text.ends_with("Six hours a night."), "{text}");
    assert_eq!(addendum["author_name"], "Vera Winter");
    assert_eq!(accepted["acceptance"]["addendum_id"], addendum["id"]);
    assert_eq!((&accepted["state"], &accepted["denial"]), (&json!("accepted"), &Value::Null));
    accept(app, &owner, &request).await.refused(409, "request_settled");
    deny(app, &owner, &request).await.refused(409, "request_settled");
    assert_eq!(owner.get(&note).await.ok()["addenda"].as_array().map(Vec::len), Some(1));
}

async fn only_a_signed_note_of_their_own_chart_can_be_changed(app: &TestApp) {
    let owner = app.therapist().await;
    let (session, other) = (new_session(&owner).await, new_session(&owner).await);
    let draft = written(&owner, &session, "A draft.").await;
    let refused =
        ask(&owner, &session.client, &of_note(&draft, day(app, 0))).await.refused(422, "validation");
    assert_eq!(refused["errors"][0]["field"], "note_id");
    let theirs = signed(&owner, &other, "About somebody else.").await;
    ask(&owner, &session.client, &of_note(&theirs, day(app, 0))).await.refused(404, "not_found");
    assert_eq!(owner.get("/amendments").await.ok()["items"], json!([]));
}

async fn who_cannot_sign_alone_accepts_no_change_of_a_note(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let note = signed(&owner, &session, "Slept four hours a night.").await;
    let of_note = asked(&owner, &session.client, &of_note(&note, day(app, 0))).await;
    let of_record = asked(&owner, &session.client, &new(day(app, 0))).await;
    // An administrator keeps the clock, and writes in no chart.
    let administrator = app.beside(&owner, Role::Administrator).await;
    accept(app, &administrator, &of_note).await.refused(403, "forbidden");
    assert_eq!(owner.get(&note).await.ok()["addenda"], json!([]));
    assert_eq!(
        owner.get("/amendments").await.ok()["items"].as_array().map(Vec::len),
        Some(2),
        "it still waits"
    );
    let accepted = accept(app, &administrator, &of_record).await.ok();
    assert_eq!(accepted["acceptance"]["addendum_id"], Value::Null);
    accept(app, &owner, &of_note).await.ok();
}

async fn a_statement_follows_a_denial_and_a_rebuttal_a_statement(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let request = asked(&owner, &client, &new(day(app, 0))).await;
    for kind in ["statement", "rebuttal", "others_told"] {
        paper(app, &owner, &request, kind, STATEMENT).await.refused(409, "paper_misplaced");
    }
    let denied = deny(app, &owner, &request).await.ok();
    assert_eq!(denied["denial"]["ground"], "accurate_and_complete");
    paper(app, &owner, &request, "rebuttal", REBUTTAL).await.refused(409, "paper_misplaced");
    paper(app, &owner, &request, "others_told", "Nobody.").await.refused(409, "paper_misplaced");
    paper(app, &owner, &request, "statement", STATEMENT).await.ok();
    paper(app, &owner, &request, "statement", "Another.").await.refused(409, "paper_misplaced");
    let rebutted = paper(app, &owner, &request, "rebuttal", REBUTTAL).await.ok();
    assert_eq!(
        (&rebutted["statement"]["words"], &rebutted["rebuttal"]["words"]),
        (&json!(STATEMENT), &json!(REBUTTAL))
    );
    paper(app, &owner, &request, "rebuttal", "Another.").await.refused(409, "paper_misplaced");
    let withdrawn = asked(&owner, &client, &new(day(app, 0))).await;
    owner.post_nothing(&format!("{withdrawn}/withdraw")).await.ok();
    paper(app, &owner, &withdrawn, "statement", STATEMENT).await.refused(409, "paper_misplaced");
}

async fn others_are_told_of_what_was_accepted(app: &TestApp) {
    let owner = app.therapist().await;
    let request = asked(&owner, &new_client(&owner).await, &new(day(app, 0))).await;
    accept(app, &owner, &request).await.ok();
    paper(app, &owner, &request, "statement", STATEMENT).await.refused(409, "paper_misplaced");
    let told = paper(app, &owner, &request, "others_told", "Their physician, Dr Lund.").await.ok();
    assert_eq!(told["others_told"], json!({ "words": "Their physician, Dr Lund.", "on": day(app, 0) }));
    paper(app, &owner, &request, "others_told", "Somebody else.").await.refused(409, "paper_misplaced");
}

async fn of_two_answers_at_once_one_counts(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let note = signed(&owner, &session, "Slept four hours a night.").await;
    let mut accepted = 0;
    for _ in 0..5 {
        let request = asked(&owner, &session.client, &of_note(&note, day(app, 0))).await;
        let (one, other) = tokio::join!(accept(app, &owner, &request), deny(app, &owner, &request));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
        accepted += usize::from(one.status == 200);
    }
    let addenda = owner.get(&note).await.ok()["addenda"].as_array().map(Vec::len);
    assert_eq!(addenda, Some(accepted), "what was not accepted is not in the chart");
}

async fn of_two_statements_at_once_one_is_kept(app: &TestApp) {
    let owner = app.therapist().await;
    let request = asked(&owner, &new_client(&owner).await, &new(day(app, 0))).await;
    deny(app, &owner, &request).await.ok();
    let (one, other) = tokio::join!(
        paper(app, &owner, &request, "statement", "One."),
        paper(app, &owner, &request, "statement", "Other.")
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
    let kept = owner.get("/amendments?settled=true").await.ok()["items"][0]["statement"]["words"].clone();
    assert_eq!(kept, if one.status == 200 { "One." } else { "Other." });
}

async fn what_was_answered_goes_with_the_record_and_with_its_note(app: &TestApp) {
    let owner = app.therapist().await;
    let session = new_session(&owner).await;
    let note = signed(&owner, &session, "Slept four hours a night.").await;
    let denied = asked(&owner, &session.client, &of_note(&note, day(app, 0))).await;
    deny(app, &owner, &denied).await.ok();
    paper(app, &owner, &denied, "statement", STATEMENT).await.ok();
    paper(app, &owner, &denied, "rebuttal", REBUTTAL).await.ok();
    let mut of_record = new(day(app, 0));
    of_record["change"] = json!("The address is wrong.");
    let of_record = asked(&owner, &session.client, &of_record).await;
    accept(app, &owner, &of_record).await.ok();
    let mut waiting = new(day(app, 0));
    waiting["change"] = json!("This waits.");
    asked(&owner, &session.client, &waiting).await;
    waiting["change"] = json!("This was taken back.");
    let withdrawn = asked(&owner, &session.client, &waiting).await;
    owner.post_nothing(&format!("{withdrawn}/withdraw")).await.ok();
    let stranger = asked(
        &owner,
        &new_client(&owner).await,
        &json!({ "change": "Of somebody else.",
        "reason": "X", "received_on": day(app, 0) }),
    )
    .await;
    deny(app, &owner, &stranger).await.ok();

    let request = asked_for_records(app, &owner, &session.client, json!({})).await;
    let (text, fhir) = record(&owner, &request).await;
    let bundle = fhir.to_string();
    let chain = [
        CHANGE,
        "I had misremembered.",
        "accurate and complete",
        "It is what was said.",
        STATEMENT,
        REBUTTAL,
    ];
    for owed in chain.iter().chain(&["The address is wrong.", "Six hours a night."]) {
        assert!(text.contains(owed) && bundle.contains(owed), "{owed} is missing in {text}");
    }
    for other in ["This waits.", "This was taken back.", "Of somebody else."] {
        assert!(!text.contains(other) && !bundle.contains(other), "{other} is in it");
    }
    let places: Vec<_> = ["Slept four hours", CHANGE, STATEMENT, REBUTTAL, "The address is wrong."]
        .map(|it| text.find(it).expect("it is there"))
        .into();
    assert!(places.is_sorted(), "after the note, and the record's at the end: {text}");
    // One note alone takes along what is about it, whoever of those who read it saves it.
    let alone = exported(&owner, &note, "text").await.text();
    for owed in chain {
        assert!(alone.contains(owed), "{owed} is missing in {alone}");
    }
    assert!(!alone.contains("The address is wrong."), "{alone}");
    let document = exported(&owner, &note, "fhir").await.expect(200);
    assert_eq!(document["entry"][0]["resource"]["id"], json!(note.trim_start_matches("/notes/")));
    assert!(document.to_string().contains(STATEMENT));
    let read = "SELECT action FROM audit_events WHERE action = 'amendments_read'";
    assert!(app.query(read).await.len() >= 5, "what was taken is named");
}

async fn a_part_of_the_record_holds_what_is_about_that_part(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for (on, change) in [("2026-01-31", "Of January."), ("2026-02-28", "Of February.")] {
        let session = another_session(&owner, &[&client], &format!("{on}T10:00:00Z")).await;
        let note = signed(&owner, &session, "A note.").await;
        let mut new = of_note(&note, day(app, 0));
        new["change"] = json!(change);
        let request = asked(&owner, &client, &new).await;
        deny(app, &owner, &request).await.ok();
    }
    let february = json!({ "from": "2026-02-01", "to": "2026-02-28" });
    let request = asked_for_records(app, &owner, &client, february).await;
    let (text, fhir) = record(&owner, &request).await;
    assert!(text.contains("Of February.") && fhir.to_string().contains("Of February."));
    assert!(!text.contains("Of January.") && !fhir.to_string().contains("Of January."));
}

async fn who_does_not_see_the_client_sees_no_request(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let request = asked(&owner, &client, &new(day(app, 0))).await;
    let clinician = app.beside(&owner, Role::Clinician).await;
    assert_eq!(clinician.get("/amendments").await.ok()["items"], json!([]));
    ask(&clinician, &client, &new(day(app, 0))).await.refused(404, "not_found");
    for answer in [
        accept(app, &clinician, &request).await,
        deny(app, &clinician, &request).await,
        extend(&clinician, &request, day(app, 0)).await,
        paper(app, &clinician, &request, "statement", STATEMENT).await,
        clinician.post_nothing(&format!("{request}/withdraw")).await,
    ] {
        answer.refused(404, "not_found");
    }
    tests::share(&owner, &client, &clinician).await;
    assert_eq!(clinician.get("/amendments").await.ok()["items"].as_array().map(Vec::len), Some(1));
    for role in [Role::Intern, Role::FrontDesk, Role::Biller, Role::Auditor] {
        let person = app.beside(&owner, role).await;
        person.get("/amendments").await.refused(403, "forbidden");
        deny(app, &person, &request).await.refused(403, "forbidden");
    }
}

async fn what_cannot_be_kept_is_refused(app: &TestApp) {
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    for (field, value) in [
        ("received_on", json!(day(app, 2))),
        ("change", json!(" ")),
        ("change", json!("x".repeat(4_001))),
        ("reason", json!("")),
    ] {
        let mut new = new(day(app, 0));
        new[field] = value;
        let refused = ask(&owner, &client, &new).await.refused(422, "validation");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    let request = asked(&owner, &client, &new(day(app, 0))).await;
    let no_ground = json!({ "ground": "because", "told_on": day(app, 0), "words": "No." });
    owner.post(&format!("{request}/deny"), &no_ground).await.refused(400, "invalid_request");
    let future = json!({ "words": "Done.", "told_on": day(app, 2) });
    owner.post(&format!("{request}/accept"), &future).await.refused(422, "validation");
    deny(app, &owner, &request).await.ok();
    // The length of a statement may be limited (164.526(d)(2)).
    paper(app, &owner, &request, "statement", &"x".repeat(4_001)).await.refused(422, "validation");
    let early = json!({ "kind": "statement", "words": STATEMENT, "on": day(app, -1) });
    owner.post(&format!("{request}/papers"), &early).await.refused(422, "validation");
    paper(app, &owner, &request, "statement", &"x".repeat(4_000)).await.ok();
}

async fn whoever_answers_for_privacy_is_reminded_and_told_nothing_about_the_client(app: &TestApp) {
    let recorded =
        async || app.query("SELECT action FROM audit_events WHERE action = 'amendment_reminded'").await.len();
    let owner = app.therapist().await;
    let client = new_client(&owner).await;
    let request = asked(&owner, &client, &new(day(app, -61))).await;
    pass(app, 0).await;
    assert_eq!(recorded().await, 1);
    let mut passed = 0;
    // The end of the audit trail is mailed there too.
    let mail = loop {
        let mail = app.postbox.mail_to(&owner.email, passed).await;
        if mail.header("Subject").is_some_and(|it| it.contains("A request to change a record is overdue")) {
            break mail.text();
        }
        passed += 1;
    };
    assert!(mail.contains("45 CFR 164.526") && mail.contains("/requests"), "{mail}");
    assert!(mail.contains(&day(app, -1).format("%-d %B %Y").to_string()), "{mail}");
    for about in ["Mara", "Quint", client.as_str(), request.trim_start_matches("/amendments/"), CHANGE] {
        assert!(!mail.contains(about), "{mail}");
    }
    asked(&owner, &client, &new(day(app, 0))).await;
    // A week before, a day before, and when it is over; each once, however often one looks.
    for (days, told) in [(52, 1), (1, 2), (5, 2), (1, 3), (1, 3), (1, 4), (30, 4)] {
        pass(app, days).await;
        assert_eq!(recorded().await, told, "after {days} days more");
    }
}
