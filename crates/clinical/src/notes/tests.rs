//! Claims about notes.

use ::testing::{TestDatabase, everywhere};
use access::perm;
use shared::{
    EncounterId, NoteId, Phi,
    encounters::EditEncounter,
    notes::{EditNote, NewAddendum, NewNote, NoteFilter, NoteStatus, NoteView, Origin, Section, Sentence},
    page::PageQuery,
    templates::NoteFormat,
    transcripts::EditTranscript,
};

use super::*;
use crate::{
    encounters,
    testing::{MARK, chart, client, drafted, encounter, transcript},
    transcripts,
};

async fn read(bench: &TestDatabase, id: NoteId) -> NoteView {
    let (mut tx, granted) = bench.as_therapist().await;
    let note = load(&mut tx, granted, id).await.expect("the note");
    tx.commit().await.expect("kept");
    note
}

async fn edited(
    bench: &TestDatabase,
    id: NoteId,
    expected: i32,
    sections: Vec<Section>,
) -> Result<NoteView, EditError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let note = edit(&mut tx, granted, id, expected, EditNote { sections }).await?;
    tx.commit().await.expect("kept");
    Ok(note)
}

async fn signed(bench: &TestDatabase, id: NoteId, expected: i32) -> Result<NoteView, SignError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let note = sign(&mut tx, granted, id, expected, SignerName(Phi::from("Dr Grace Hopper"))).await?;
    tx.commit().await.expect("kept");
    Ok(note)
}

async fn added(bench: &TestDatabase, id: NoteId, text: &str) -> Result<NoteView, AddAddendumError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let new = NewAddendum { text: Phi::from(text) };
    let note = add_addendum(&mut tx, granted, id, new, Phi::from("Dr Grace Hopper")).await?;
    tx.commit().await.expect("kept");
    Ok(note)
}

fn section(key: &str, sentences: Vec<Sentence>) -> Section {
    Section { key: key.into(), title: String::new(), sentences }
}

fn own(text: &str) -> Sentence {
    Sentence { id: None, text: Phi::from(text), origin: Origin::Clinician, evidence: Vec::new() }
}

fn subjective(note: &NoteView) -> &Section {
    note.sections.iter().find(|section| section.key == "subjective").expect("the section")
}

#[tokio::test]
async fn a_note_begins_with_every_section_of_its_format_and_nothing_in_them() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let encounter_id = encounter(bench, &[ada]).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let new = NewNote { encounter_id, template_id: NoteFormat::Dap };
        let note = create(&mut tx, granted, new).await.expect("a note");
        tx.commit().await.expect("kept");
        assert_eq!(read(bench, note.id).await, note);
        let keys: Vec<_> = note.sections.iter().map(|section| section.key.as_str()).collect();
        assert_eq!(keys, ["risk", "medication", "data", "mental_status", "assessment", "plan"]);
        assert!(note.sections.iter().all(|section| section.sentences.is_empty()));
        assert_eq!((note.client_id, note.status, note.revision), (ada, NoteStatus::Draft, 1));
    })
    .await;
}

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

#[tokio::test]
async fn a_section_that_the_format_does_not_have_is_refused() {
    let bench = TestDatabase::new().await;
    let chart = chart(&bench).await;
    let wrong = [
        vec![section("data", vec![own("x")])],
        vec![section("plan", vec![]), section("plan", vec![])],
        vec![section("plan", vec![own("")])],
        vec![section("plan", vec![own(&"x".repeat(4_001))])],
        vec![section("plan", vec![own("x"); 501])],
    ];
    for sections in wrong {
        let refused = edited(&bench, chart.note_id, 1, sections).await;
        assert!(matches!(refused, Err(EditError::Invalid(_))));
    }
}

#[tokio::test]
async fn two_tabs_cannot_both_save() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let plan = |text| vec![section("plan", vec![own(text)])];
        let (one, two) = tokio::join!(
            edited(bench, chart.note_id, 1, plan("one")),
            edited(bench, chart.note_id, 1, plan("two"))
        );
        let refused: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
        assert!(matches!(refused[..], [EditError::PreconditionFailed]), "{refused:?}");
        assert_eq!(read(bench, chart.note_id).await.revision, 2);
    })
    .await;
}

#[tokio::test]
async fn a_write_to_an_older_revision_or_a_signed_note_reaches_no_row() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let mut tx = bench.begin(bench.therapist()).await;
        let note = store::find(&tx, chart.note_id).await.expect("read").expect("the note");
        assert!(!store::update(&mut tx, 0, &note).await.expect("asked"), "an older revision");
        assert!(store::update(&mut tx, 1, &note).await.expect("asked"));
        let text = store::find(&tx, chart.note_id).await.expect("read").expect("the note").sections;
        tx.end().await.expect("ended");
        signed(bench, chart.note_id, 1).await.expect("signed");
        let mut tx = bench.begin(bench.therapist()).await;
        assert!(!store::update(&mut tx, 2, &note).await.expect("asked"), "signed");
        let kept = store::find(&tx, chart.note_id).await.expect("read").expect("the note");
        assert_eq!(kept.sections, text);
    })
    .await;
}

#[tokio::test]
async fn a_signature_and_a_save_at_once_leave_one_winner() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let plan = vec![section("plan", vec![own("Meet again.")])];
        let (signature, save) =
            tokio::join!(signed(bench, chart.note_id, 1), edited(bench, chart.note_id, 1, plan));
        match (signature, save) {
            (Ok(_), Err(EditError::AlreadySigned)) | (Err(SignError::PreconditionFailed), Ok(_)) => {}
            other => panic!("{other:?}"),
        }
        read(bench, chart.note_id).await;
    })
    .await;
}

#[tokio::test]
async fn a_signed_note_cannot_be_edited_and_locks_its_session() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let note = signed(bench, chart.note_id, 1).await.expect("signed");
        assert_eq!((note.status, note.revision), (NoteStatus::Signed, 2));
        let refused = edited(bench, note.id, 2, vec![section("plan", vec![own("x")])]).await;
        assert!(matches!(refused, Err(EditError::AlreadySigned)));
        let refused = edited(bench, note.id, 1, vec![]).await;
        assert!(matches!(refused, Err(EditError::AlreadySigned)), "a stale tab is told the same");
        assert!(matches!(signed(bench, note.id, 2).await, Err(SignError::AlreadySigned)));

        let (mut tx, granted) = bench.as_therapist().await;
        let refused = encounters::edit(&mut tx, granted, chart.encounter_id, EditEncounter::default()).await;
        assert!(matches!(refused, Err(encounters::EditError::AlreadySigned)));
        let write = bench.therapist().require().expect("may");
        let refused =
            transcripts::edit(&mut tx, write, chart.encounter_id, 1, EditTranscript::default()).await;
        assert!(matches!(refused, Err(transcripts::EditError::AlreadySigned)));
        let see = bench.therapist().require().expect("may");
        assert!(encounters::load(&mut tx, see, chart.encounter_id).await.expect("the session").locked);
        let see = bench.therapist().require().expect("may");
        assert!(transcripts::load(&mut tx, see, chart.encounter_id).await.expect("the transcript").locked);
        tx.commit().await.expect("kept");
        assert_eq!(read(bench, note.id).await, note);
    })
    .await;
}

#[tokio::test]
async fn a_signed_note_that_was_tampered_with_is_not_shown() {
    everywhere(async |bench| {
        let tampering = [
            "UPDATE notes SET revision = revision + 1",
            "UPDATE notes SET draft_label = 'written by hand'",
            "UPDATE notes SET template = 'dap'",
            "UPDATE notes SET ai_call_id = NULL",
            "UPDATE notes SET signed_by = encounter_id",
            "UPDATE notes SET client_id = client_id, signed_sha256 = 'ab' || substr(signed_sha256, 3)",
        ];
        for statement in tampering {
            let chart = chart(bench).await;
            let note = signed(bench, chart.note_id, 1).await.expect("signed");
            assert_ne!(&note.signature.expect("signature").sha256[..2], "ab", "change the test's bytes");
            read(bench, chart.note_id).await;
            bench.tamper(statement).await;
            let (mut tx, granted) = bench.as_therapist().await;
            let refused = load(&mut tx, granted, chart.note_id).await;
            assert!(matches!(refused, Err(LoadError::Access(_))), "{statement}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_signature_changes_with_any_byte() {
    let bench = TestDatabase::new().await;
    let chart = chart(&bench).await;
    let tx = bench.begin(bench.therapist()).await;
    let note = store::find(&tx, chart.note_id).await.expect("read").expect("the note");
    let (signer, name, at) = (bench.therapist().user_id(), Phi::from("Dr Grace Hopper"), tx.now());
    let hash = |note: &note::Note| canonical::sha256(note, signer, &name, at);
    let before = hash(&note);
    assert_eq!(before, hash(&note.clone()), "the same bytes have the same signature");

    let changes: [fn(&mut note::Note); 9] = [
        |note| note.revision += 1,
        |note| note.template = NoteFormat::Birp,
        |note| note.draft_label = None,
        |note| note.ai_call_id = None,
        |note| note.encounter_id = EncounterId(uuid::Uuid::nil()),
        |note| note.sections[2].sentences[0].text = Phi::from("Was awake until four"),
        |note| note.sections[2].sentences[0].origin = Origin::Clinician,
        |note| note.sections[2].sentences[0].evidence.clear(),
        |note| note.sections.swap(0, 1),
    ];
    let mut hashes = vec![
        before,
        canonical::sha256(&note, bench.therapist().user_id(), &name, at),
        canonical::sha256(&note, signer, &Phi::from("Dr Grace Hoppe"), at),
        canonical::sha256(&note, signer, &name, at + chrono::TimeDelta::microseconds(1)),
    ];
    for change in changes {
        let mut changed = note.clone();
        change(&mut changed);
        hashes.push(hash(&changed));
    }
    let all = hashes.len();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), all);
}

#[tokio::test]
async fn an_empty_note_and_an_older_revision_are_not_signed() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        assert!(matches!(signed(bench, chart.note_id, 7).await, Err(SignError::PreconditionFailed)));
        edited(bench, chart.note_id, 1, vec![section("subjective", Vec::new())]).await.expect("saved");
        assert!(matches!(signed(bench, chart.note_id, 2).await, Err(SignError::NoteIncomplete)));
        assert_eq!(read(bench, chart.note_id).await.status, NoteStatus::Draft);
    })
    .await;
}

#[tokio::test]
async fn an_addendum_is_added_only_to_a_signed_note_and_leaves_it_as_it_was() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        assert!(matches!(added(bench, chart.note_id, "x").await, Err(AddAddendumError::NotSigned)));
        let note = signed(bench, chart.note_id, 1).await.expect("signed");
        assert!(matches!(added(bench, note.id, "").await, Err(AddAddendumError::Invalid(_))));
        added(bench, note.id, MARK).await.expect("added");
        let more = added(bench, note.id, "And another thing.").await.expect("added");
        let texts: Vec<_> = more.addenda.iter().map(|one| one.text.reveal().as_str()).collect();
        assert_eq!(texts, [MARK, "And another thing."]);
        let read = read(bench, note.id).await;
        assert_eq!(read, more);
        assert_eq!(NoteView { addenda: Vec::new(), ..read }, note);
        assert!(!bench.holds(MARK).await && !bench.holds("Grace Hopper").await);
    })
    .await;
}

#[tokio::test]
async fn another_practices_note_is_not_found() {
    everywhere(async |bench| {
        let chart = chart(bench).await;
        let stranger = bench.stranger_from_another_practice();
        let write = stranger.require::<perm::WriteNotes>().expect("may");
        let mut tx = bench.begin(stranger.clone()).await;
        let loaded = load(&mut tx, stranger.require().expect("may"), chart.note_id).await;
        assert!(matches!(loaded, Err(LoadError::NotFound)));
        let changed = edit(&mut tx, write, chart.note_id, 1, EditNote::default()).await;
        assert!(matches!(changed, Err(EditError::NotFound)));
        let name = SignerName(Phi::from("Nobody"));
        let signature = sign(&mut tx, stranger.require().expect("may"), chart.note_id, 1, name).await;
        assert!(matches!(signature, Err(SignError::NotFound)));
        let new = NewAddendum { text: Phi::from("x") };
        let sign = stranger.require().expect("may");
        let addendum = add_addendum(&mut tx, sign, chart.note_id, new, Phi::from("Nobody")).await;
        assert!(matches!(addendum, Err(AddAddendumError::NotFound)));
        let new = NewNote { encounter_id: chart.encounter_id, template_id: NoteFormat::Soap };
        assert!(matches!(create(&mut tx, write, new).await, Err(CreateError::NotFound)));
        let draft = drafted(chart.encounter_id, tx.new_id(), vec![chart.transcript.segments[0].id]);
        let kept = create_from_draft(&mut tx, write, draft).await;
        assert!(matches!(kept, Err(CreateFromDraftError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_list_is_of_the_session_the_client_or_the_state_that_was_asked_for() {
    everywhere(async |bench| {
        let (one, two) = (chart(bench).await, chart(bench).await);
        signed(bench, two.note_id, 1).await.expect("signed");
        let filters = [
            (NoteFilter::default(), vec![two.note_id, one.note_id]),
            (NoteFilter { client_id: Some(one.client_id), ..NoteFilter::default() }, vec![one.note_id]),
            (NoteFilter { encounter_id: Some(two.encounter_id), ..NoteFilter::default() }, vec![two.note_id]),
            (NoteFilter { status: Some(NoteStatus::Signed), ..NoteFilter::default() }, vec![two.note_id]),
        ];
        for (filter, expected) in filters {
            let (mut tx, granted) = bench.as_therapist().await;
            let page = list(&mut tx, granted, &filter, &PageQuery::default()).await.expect("a page");
            assert_eq!(
                page.items.into_iter().map(|note| note.id).collect::<Vec<_>>(),
                expected,
                "{filter:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_transcript_is_not_corrected_while_its_note_is_being_signed() {
    everywhere(async |bench| {
        let ada = client(bench, "Lovelace").await;
        let encounter_id = encounter(bench, &[ada]).await;
        let kept = transcript(bench, encounter_id).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let draft = drafted(encounter_id, tx.new_id(), vec![kept.segments[0].id]);
        let note_id = create_from_draft(&mut tx, granted, draft).await.expect("a note");
        tx.commit().await.expect("kept");

        let correct = async {
            let (mut tx, granted) = bench.as_therapist().await;
            let corrected =
                transcripts::edit(&mut tx, granted, encounter_id, 1, EditTranscript::default()).await?;
            tx.commit().await.expect("kept");
            Ok::<_, transcripts::EditError>(corrected)
        };
        let (signature, correction) = tokio::join!(signed(bench, note_id, 1), correct);
        let signed_at = bench.recorded().await.iter().position(|action| action == "note_signed");
        let corrected_at = bench.recorded().await.iter().position(|action| action == "transcript_edited");
        signature.expect("signed");
        match correction {
            Ok(_) => assert!(corrected_at < signed_at),
            Err(error) => assert!(matches!(error, transcripts::EditError::AlreadySigned)),
        }
    })
    .await;
}
