//! What a draft brings, and what becomes of it.

use ::testing::everywhere;
use shared::{
    Phi,
    notes::{Origin, Sentence},
};

use super::*;
use crate::testing::{MARK, chart, drafted};

#[tokio::test]
async fn a_draft_is_kept_once_however_often_the_job_runs() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let note = read(bench, chart.note_id).await;
        let call = note.ai_call_id.expect("a call");
        let (mut tx, granted) = bench.as_therapist().await;
        let again = drafted(chart.encounter_id, call, vec![chart.transcript.segments[1].id]);
        assert_eq!(create_from_draft(&mut tx, granted, again).await.expect("the note"), chart.note_id);
        tx.commit().await.expect("kept");
        assert_eq!(read(bench, chart.note_id).await, note);
        assert_eq!(note.draft_label.as_deref(), Some("extract"));
        assert!(subjective(&note).sentences.iter().all(|one| one.origin == Origin::Ai && one.id.is_some()));
        assert!(!bench.holds(MARK).await);
    })
    .await;
}

#[tokio::test]
async fn evidence_is_not_invented() {
    everywhere(async |bench| {
        let (here, elsewhere) = (chart(bench).await, chart(bench).await);
        for evidence in [vec![], vec![uuid::Uuid::nil().into()], vec![elsewhere.transcript.segments[0].id]] {
            let cites_nothing = evidence.is_empty();
            let (mut tx, granted) = bench.as_therapist().await;
            let draft = drafted(here.encounter_id, tx.new_id(), evidence);
            match create_from_draft(&mut tx, granted, draft).await {
                Err(CreateFromDraftError::NoEvidence) => assert!(cites_nothing),
                Err(CreateFromDraftError::UnknownEvidence) => assert!(!cites_nothing),
                other => panic!("{other:?}"),
            }
        }
        let note = read(bench, here.note_id).await;
        let foreign =
            Sentence { evidence: vec![elsewhere.transcript.segments[0].id], ..own("So it was said.") };
        let refused = edited(bench, note.id, 1, vec![section("plan", vec![foreign])]).await;
        assert!(matches!(refused, Err(EditError::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn a_drafted_sentence_that_was_changed_is_the_clinicians() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let before = read(bench, chart.note_id).await;
        let [first, second] = &subjective(&before).sentences[..] else { panic!("two sentences") };
        let changed = Sentence { text: Phi::from("Slept badly."), evidence: Vec::new(), ..first.clone() };
        edited(bench, before.id, 1, vec![section("subjective", vec![changed, second.clone()])])
            .await
            .expect("saved");
        let after = read(bench, before.id).await;
        let [one, two] = &subjective(&after).sentences[..] else { panic!("two sentences") };
        assert_eq!((one.id, one.origin, &one.evidence), (first.id, Origin::Clinician, &first.evidence));
        assert_eq!(two, second, "untouched, it stays the draft's");
        assert_eq!(after.revision, 2);

        // Changed back, it is still theirs: they have read and written it.
        edited(bench, before.id, 2, vec![subjective(&before).clone()]).await.expect("saved");
        let after = read(bench, before.id).await;
        assert_eq!(subjective(&after).sentences[0].origin, Origin::Clinician);
    })
    .await;
}

#[tokio::test]
async fn nobody_can_pass_their_words_off_as_the_drafts() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let before = read(bench, chart.note_id).await;
        let drafted = subjective(&before).sentences[0].clone();
        let claimed = Sentence { origin: Origin::Ai, ..own("The AI said so.") };
        let unknown_id = Sentence { id: Some(uuid::Uuid::nil().into()), ..claimed.clone() };
        let copy = drafted.clone();
        let sections = vec![section("plan", vec![claimed, unknown_id, copy])];
        edited(bench, before.id, 1, sections).await.expect("saved");
        let after = read(bench, before.id).await;
        let plan = after.sections.iter().find(|section| section.key == "plan").expect("the section");
        assert!(plan.sentences.iter().all(|sentence| sentence.origin == Origin::Clinician));
        assert_eq!(subjective(&after).sentences[0], drafted, "the original stays the draft's");
        let mut ids: Vec<_> =
            after.sections.iter().flat_map(|section| section.sentences.iter().map(|one| one.id)).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 5, "every sentence has an id of its own");
        assert!(!ids.contains(&Some(uuid::Uuid::nil().into())));
    })
    .await;
}

#[tokio::test]
async fn a_drafted_sentence_may_move_to_another_section() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let before = read(bench, chart.note_id).await;
        let drafted = subjective(&before).sentences[0].clone();
        let sections = vec![section("subjective", Vec::new()), section("risk", vec![drafted.clone()])];
        let after = edited(bench, before.id, 1, sections).await.expect("saved");
        assert_eq!(after.sections[0].sentences, [drafted]);
        assert!(subjective(&after).sentences.is_empty());
    })
    .await;
}
