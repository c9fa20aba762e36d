//! Who said it: lines divided at a word, joined, and given to another voice, and what notes cite meanwhile.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Answered as _, Person, TestApp, new_session};

use crate::{
    pipeline::{draft, text},
    retention::sign,
};

tests::on_both! {
    words_in_the_middle_of_a_line_become_another_voices,
    what_was_divided_is_joined_again_and_no_word_is_lost,
    a_draft_cites_what_came_of_the_lines_it_cited,
    an_open_note_learns_that_what_it_cites_became_other_lines,
    a_note_that_cites_a_line_while_it_is_divided_cites_what_is_there,
    of_two_who_divide_a_line_at_once_the_second_is_told,
    what_is_no_part_of_a_line_is_refused_and_nothing_changes,
    a_signed_note_keeps_its_lines_as_they_are,
}

const QUESTION: &str = "Are you still taking the sertraline, fifty milligrams?";
const ANSWER: &str = "Yes, every morning.";

/// A session in which a question and its answer were taken for one voice's.
struct Heard<'a> {
    by: &'a Person,
    encounter: tests::Session,
    path: String,
}

impl<'a> Heard<'a> {
    async fn by(by: &'a Person) -> Self {
        let encounter = new_session(by).await;
        let path = format!("/encounters/{}/transcript", encounter.encounter);
        let lines = json!({ "lines": [
            { "role": "therapist", "text": "How did you sleep?" },
            { "role": "client", "text": format!("{QUESTION} {ANSWER}") },
            { "role": "client", "text": "Four hours a night." },
        ] });
        by.call(Method::PUT, &path).header("if-none-match", "*").json(&lines).answer().await.created();
        Self { by, encounter, path }
    }

    async fn read(&self) -> Value {
        self.by.get(&self.path).await.ok()
    }

    async fn change(&self, change: &Value) -> Answer {
        let tag = self.by.get(&self.path).await.etag();
        self.by.patch(&self.path, Some(&tag), change).await
    }

    /// An empty note of the session, in which one sentence cites these lines.
    async fn note(&self, evidence: Value) -> String {
        let form = json!({ "encounter_id": self.encounter.encounter, "template_id": "soap" });
        let note = self.by.post("/notes", &form).await;
        let path = format!("/notes/{}", text(&note.created(), "id"));
        self.by.patch(&path, Some(&note.etag()), &citing(evidence)).await.ok();
        path
    }
}

fn citing(evidence: Value) -> Value {
    json!({ "sections": [{ "key": "subjective", "title": "Subjective",
        "sentences": [{ "text": "Takes it.", "origin": "clinician", "evidence": evidence }] }] })
}

fn lines(transcript: &Value) -> Vec<(&str, &str)> {
    let voices = transcript["speakers"].as_array().expect("voices");
    let lines = transcript["segments"].as_array().expect("lines").iter().map(|line| {
        let voice = voices.iter().find(|voice| voice["id"] == line["speaker_id"]);
        (voice.map_or("", |voice| text(voice, "label")), text(line, "text"))
    });
    lines.collect()
}

/// What a note cites, in words, sentence by sentence.
fn cited(note: &Value, transcript: &Value) -> Vec<(String, Vec<String>)> {
    let all = transcript["segments"].as_array().expect("lines");
    let sections = note["sections"].as_array().expect("sections").iter();
    let sentences = sections.flat_map(|section| section["sentences"].as_array().expect("sentences"));
    let words = |id: &Value| {
        let line = all.iter().find(|line| line["id"] == *id);
        text(line.unwrap_or_else(|| panic!("{id} is no line")), "text").to_owned()
    };
    let cited = sentences.map(|one| {
        (text(one, "text").to_owned(), one["evidence"].as_array().expect("lines").iter().map(words).collect())
    });
    cited.collect()
}

async fn words_in_the_middle_of_a_line_become_another_voices(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let before = heard.read().await;
    let (line, therapist) = (&before["segments"][1]["id"], &before["speakers"][0]["id"]);
    let change = json!({ "split": [{ "id": line, "from": 2, "to": 8, "speaker_id": therapist }] });
    let after = heard.change(&change).await.ok();
    assert_eq!(
        lines(&after),
        [
            ("Therapist", "How did you sleep?"),
            ("Client", "Are you"),
            ("Therapist", "still taking the sertraline, fifty milligrams?"),
            ("Client", ANSWER),
            ("Client", "Four hours a night."),
        ]
    );
    assert_eq!(heard.read().await, after, "it is kept as it was answered");
    assert_eq!(after["segments"][0], before["segments"][0]);
    assert_eq!(after["segments"][4], before["segments"][2]);
    let parts = &after["segments"].as_array().expect("lines")[1..4];
    assert!(parts.iter().all(|part| part["id"] != *line && part["edited"] == json!(false)));

    // All the words of a line stay that line.
    let whole = json!({ "split": [{ "id": parts[0]["id"], "from": 0, "to": 2, "speaker_id": therapist }] });
    let after = heard.change(&whole).await.ok();
    assert_eq!((&after["segments"][1]["id"], lines(&after)[1]), (&parts[0]["id"], ("Therapist", "Are you")));
    assert_eq!(heard.read().await, after);
    let trail = "SELECT action FROM audit_events WHERE action = 'transcript_edited' AND outcome = 'done'";
    assert_eq!(app.query(trail).await.len(), 2, "one event for each change");
}

async fn what_was_divided_is_joined_again_and_no_word_is_lost(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let before = heard.read().await;
    let line = |transcript: &Value, at: usize| transcript["segments"][at]["id"].clone();
    let change =
        json!({ "split": [{ "id": line(&before, 1), "from": 8 }, { "id": line(&before, 2), "from": 1 }] });
    let divided = heard.change(&change).await.ok();
    let texts: Vec<_> = lines(&divided).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["How did you sleep?", QUESTION, ANSWER, "Four", "hours a night."]);

    // In one request, and in the order in which they are named.
    let change = json!({ "join": [{ "id": line(&divided, 3) }, { "id": line(&divided, 1) }] });
    let joined = heard.change(&change).await.ok();
    assert_eq!(lines(&joined), lines(&before));
    assert_eq!(heard.read().await, joined);
    assert_eq!(joined["revision"], 3);

    // Of two voices the first one's stays.
    let across = heard.change(&json!({ "join": [{ "id": line(&joined, 0) }] })).await.ok();
    let all = format!("How did you sleep? {QUESTION} {ANSWER}");
    assert_eq!(lines(&across), [("Therapist", all.as_str()), ("Client", "Four hours a night.")]);
    assert_eq!(heard.read().await, across);
}

async fn a_draft_cites_what_came_of_the_lines_it_cited(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let job = draft(heard.by, &heard.encounter, "soap").await;
    let drafted = format!("/notes/{}", text(&job, "note_id"));
    let before = heard.read().await;
    let (first, second) = (&before["segments"][0]["id"], &before["segments"][1]["id"]);
    let own = heard.note(json!([first, second])).await;
    let other = heard.note(json!([first])).await;
    let untouched = heard.by.get(&other).await;
    let sentences = cited(&heard.by.get(&drafted).await.ok(), &before);
    assert!(
        sentences.iter().any(|(_, lines)| lines.contains(&format!("{QUESTION} {ANSWER}"))),
        "{sentences:?}"
    );

    let change = json!({ "split": [{ "id": second, "from": 8 }] });
    let after = heard.change(&change).await.ok();
    for (said, evidence) in cited(&heard.by.get(&drafted).await.ok(), &after) {
        // A quotation cites the line that it quotes, and no other.
        for line in [QUESTION, ANSWER] {
            assert_eq!(evidence.iter().any(|one| one == line), said.contains(line), "{said}: {evidence:?}");
        }
    }
    let whole = vec!["How did you sleep?".to_owned(), QUESTION.to_owned(), ANSWER.to_owned()];
    let note = heard.by.get(&own).await.ok();
    assert_eq!(cited(&note, &after), [("Takes it.".to_owned(), whole)], "nobody knows which words");
    assert_eq!(heard.by.get(&other).await.etag(), untouched.etag(), "it cites nothing that changed");

    let joined = heard.change(&json!({ "join": [{ "id": after["segments"][0]["id"] }] })).await.ok();
    let whole = vec![format!("How did you sleep? {QUESTION}"), ANSWER.to_owned()];
    assert_eq!(cited(&heard.by.get(&own).await.ok(), &joined), [("Takes it.".to_owned(), whole)]);
    cited(&heard.by.get(&drafted).await.ok(), &joined);
    let trail = "SELECT action FROM audit_events WHERE action = 'note_edited' AND outcome = 'done'";
    assert_eq!(app.query(trail).await.len(), 2 + 2 + 3, "two written; two that followed, and then three");
}

async fn an_open_note_learns_that_what_it_cites_became_other_lines(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let line = heard.read().await["segments"][1]["id"].clone();
    let note = heard.note(json!([line])).await;
    let open = heard.by.get(&note).await.etag();
    heard.change(&json!({ "split": [{ "id": line, "from": 8 }] })).await.ok();
    let late = heard.by.patch(&note, Some(&open), &citing(json!([line]))).await;
    late.refused(412, "precondition_failed");
    let now = heard.by.get(&note).await.etag();
    heard.by.patch(&note, Some(&now), &citing(json!([line]))).await.refused(422, "validation");
}

async fn a_note_that_cites_a_line_while_it_is_divided_cites_what_is_there(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    for _ in 0..6 {
        let transcript = heard.read().await;
        let last = transcript["segments"].as_array().expect("lines").len() - 1;
        let line = transcript["segments"][last]["id"].clone();
        let note = heard.note(json!([])).await;
        let tag = heard.by.get(&note).await.etag();
        let change = if last == 2 {
            json!({ "split": [{ "id": line, "from": 2 }] })
        } else {
            json!({ "join": [{ "id": transcript["segments"][2]["id"] }] })
        };
        let edit = citing(json!([line]));
        let (cites, divided) = tokio::join!(heard.by.patch(&note, Some(&tag), &edit), heard.change(&change));
        divided.ok();
        assert!([200, 422].contains(&cites.status), "{}", cites.text());
        let evidence = cited(&heard.by.get(&note).await.ok(), &heard.read().await);
        assert_eq!(evidence[0].1.is_empty(), cites.status == 422, "{evidence:?}");
    }
}

async fn of_two_who_divide_a_line_at_once_the_second_is_told(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let before = heard.by.get(&heard.path).await;
    let (tag, line) = (before.etag(), before.ok()["segments"][1]["id"].clone());
    let [one, other] = [3, 5].map(|from| json!({ "split": [{ "id": line, "from": from }] }));
    let (one, other) = tokio::join!(
        heard.by.patch(&heard.path, Some(&tag), &one),
        heard.by.patch(&heard.path, Some(&tag), &other)
    );
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    lost.refused(412, "precondition_failed");
    assert_eq!(heard.read().await, won.ok());
}

async fn what_is_no_part_of_a_line_is_refused_and_nothing_changes(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let elsewhere = Heard::by(&therapist).await.read().await;
    let before = heard.read().await;
    let line = |at: usize| before["segments"][at]["id"].clone();
    let nobody = elsewhere["speakers"][0]["id"].clone();
    let long =
        json!({ "segments": [{ "id": line(2), "text": "a".repeat(9_950) }], "join": [{ "id": line(1) }] });
    for (change, code) in [
        (json!({ "split": [{ "id": line(1), "from": 11 }] }), "word_out_of_range"),
        (json!({ "split": [{ "id": line(1), "from": 2, "to": 12 }] }), "word_out_of_range"),
        (json!({ "split": [{ "id": line(1), "from": 2, "to": 2 }] }), "word_out_of_range"),
        (json!({ "split": [{ "id": line(1), "from": 0 }] }), "word_out_of_range"),
        (json!({ "split": [{ "id": line(1), "from": 1, "speaker_id": nobody }] }), "unknown"),
        (json!({ "split": [{ "id": elsewhere["segments"][1]["id"], "from": 1 }] }), "unknown"),
        (json!({ "split": [{ "id": line(1), "from": 1 }, { "id": line(1), "from": 1 }] }), "unknown"),
        (json!({ "join": [{ "id": elsewhere["segments"][1]["id"] }] }), "unknown"),
        (json!({ "join": [{ "id": line(2) }] }), "last"),
        (json!({ "join": vec![json!({ "id": line(2) }); 501] }), "too_many"),
        (long, "too_long"),
    ] {
        let refused = heard.change(&change).await;
        refused.refused(422, "validation");
        assert_eq!(refused.json()["errors"][0]["code"], code, "{change}");
    }
    let negative = json!({ "split": [{ "id": line(1), "from": -1 }] });
    heard.change(&negative).await.refused(400, "invalid_request");
    assert_eq!(heard.read().await, before);
}

async fn a_signed_note_keeps_its_lines_as_they_are(app: &TestApp) {
    let therapist = app.therapist().await;
    let heard = Heard::by(&therapist).await;
    let line = heard.read().await["segments"][1]["id"].clone();
    let note = heard.note(json!([line])).await;
    let divided = heard.change(&json!({ "split": [{ "id": line, "from": 8 }] })).await.ok();
    sign(heard.by, &note).await;
    let signed = heard.by.get(&note).await.ok();
    for change in [
        json!({ "split": [{ "id": divided["segments"][1]["id"], "from": 1 }] }),
        json!({ "join": [{ "id": divided["segments"][1]["id"] }] }),
    ] {
        heard.change(&change).await.refused(409, "already_signed");
    }
    assert_eq!(heard.by.get(&note).await.ok(), signed);
    assert_eq!(heard.read().await["segments"], divided["segments"]);
    let both = vec![QUESTION.to_owned(), ANSWER.to_owned()];
    assert_eq!(cited(&signed, &divided), [("Takes it.".to_owned(), both)]);
}
