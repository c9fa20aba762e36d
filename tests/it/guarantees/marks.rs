//! Marked personal data, put into every field, stands readable nowhere: not in the database, not in
//! a file, not in a log line, not in the answer to a failed request.

use serde_json::json;
use tests::{Mark, PASSWORD, Person, TestApp};

use super::{catalogue::catalogue, world::World};

tests::on_both! {
    nothing_about_a_person_stands_readable_anywhere,
}

/// The fields that are marked.
const FIELDS: &[&str] = &[
    "given_name",
    "family_name",
    "client_email",
    "phone",
    "pronouns",
    "pronouns_edited",
    "external_id",
    "consent_participant",
    "encounter_participant",
    "new_participant",
    "transcript_line",
    "speaker_label",
    "note_sentence",
    "addendum",
    "given_back",
    "dismissal_words",
    "file_name",
    "practice_renamed",
    "role_name",
    "review_note",
    "emergency_reason",
    "asker_words",
    "extension_reason",
    "handed_over",
    "recipient",
    "recipient_address",
    "disclosed",
    "purpose_words",
    "frequency",
    "suspended_words",
    "amendment_change",
    "amendment_reason",
    "amendment_answer",
    "amendment_denial",
    "amendment_statement",
    "hold_reason",
    "hold_release",
    "deletion_words",
    "kept_because",
    "ai_question",
    "incident_what",
    "incident_note",
    "invited_email",
    "joining_name",
    "api_key_name",
];

async fn nothing_about_a_person_stands_readable_anywhere(app: &TestApp) {
    let marks: Vec<Mark> = FIELDS.iter().map(|field| Mark::of(field)).collect();
    let [practice, name, email, query] = ["practice", "user_name", "user_email", "query"].map(Mark::of);
    let person = Person::new(&app.address, &format!("{}@practice.example", email.0));
    person.register(&practice.0, &name.0).await.created();
    let mut world = World::of_nothing();
    world.texts.insert("user_email".to_owned(), person.email.clone());
    for (field, mark) in FIELDS.iter().zip(&marks) {
        world.texts.insert((*field).to_owned(), mark.0.clone());
    }
    let mut shown = String::new();
    for step in catalogue() {
        if step.operation.ends_with("/logout") {
            continue;
        }
        let answer = world.send(&step, &person, &person).await;
        assert_eq!(answer.status, step.status, "{}: {}", step.operation, answer.text());
        shown.push_str(&answer.text());
        world.keep(&step, &answer, &person).await;
        // The same once more fails in many ways, and no refusal repeats what it was sent.
        let again = world.send(&step, &app.nobody(), &person).await;
        let mut nothing = World::of_nothing();
        nothing.texts.clone_from(&world.texts);
        for failed in [again, nothing.send(&step, &person, &person).await] {
            if failed.status >= 400 {
                for mark in &marks {
                    assert!(!mark.is_in(&failed.body), "{}: {}", step.operation, failed.text());
                }
            }
        }
    }
    // Positive control: the marks did go through the server, and come back to whoever may see them.
    for field in ["given_name", "transcript_line", "note_sentence", "addendum", "speaker_label"] {
        assert!(shown.contains(&Mark::of(field).0), "{field} was never shown");
    }
    // Personal data where it does not belong: addresses, unknown fields, wrong types.
    person.get(&format!("/clients?q={}", query.0)).await;
    person.get(&format!("/clients/{}", query.0)).await;
    person.get(&format!("/clients?limit={}", query.0)).await;
    person.get(&format!("/{}", query.0)).await;
    let wrong = [
        ("/clients", json!({ "given_name": { "first": query.0 }, "family_name": "Q" })),
        ("/clients", json!({ "given_name": "M", "family_name": "Q", (query.0.clone()): 1 })),
        ("/clients", json!({ "given_name": "M", "family_name": "Q", "date_of_birth": query.0 })),
        ("/notes", json!({ "encounter_id": query.0, "template_id": "soap" })),
        ("/notes", json!({ "encounter_id": world.id("encounters"), "template_id": query.0 })),
        ("/auth/login", json!({ "email": email.0, "password": query.0 })),
        ("/auth/login", json!({ "email": query.0, "password": PASSWORD })),
    ];
    for (path, body) in wrong {
        let answer = person.post(path, &body).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.text());
        assert!(!query.is_in(&answer.body), "{path}: {}", answer.text());
    }
    let all: Vec<Mark> =
        marks.into_iter().chain([practice, name, email, query, Mark(PASSWORD.to_owned())]).collect();
    let finds = app.find_marks(&all).await;
    assert!(finds.is_empty(), "{} places: {:#?}", finds.len(), &finds[..finds.len().min(5)]);
    assert!(app.logs.lines().len() > 20, "the log was captured");
}
