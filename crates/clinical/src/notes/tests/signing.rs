//! A signature: what it holds fast, and what may be added to it.

use ::testing::{TestDatabase, everywhere};
use shared::{
    EncounterId, NoteId, Phi,
    encounters::EditEncounter,
    notes::{NoteStatus, NoteView, Origin},
    permissions::Role,
    templates::NoteFormat,
    transcripts::EditTranscript,
};

use super::*;
use crate::{
    care_teams, encounters,
    testing::{MARK, chart, client, drafted, encounter, transcript},
    transcripts,
};

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
    let hash = |note: &note::Note| canonical::sha256(note, note.revision, signer, &name, at);
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
        canonical::sha256(&note, note.revision, bench.owner().user_id(), &name, at),
        canonical::sha256(&note, note.revision, signer, &Phi::from("Dr Grace Hoppe"), at),
        canonical::sha256(&note, note.revision, signer, &name, at + chrono::TimeDelta::microseconds(1)),
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

/// A note that an intern has signed, under the supervision of the supervisor.
async fn awaiting(bench: &TestDatabase) -> (NoteView, access::Actor) {
    let chart = chart(bench).await;
    let (intern, supervisor) = (bench.of_role(Role::Intern), bench.of_role(Role::Supervisor));
    bench.supervise(&supervisor, &intern).await;
    let mut tx = bench.begin(bench.therapist()).await;
    let share = bench.therapist().require().expect("may");
    care_teams::add(&mut tx, share, chart.client_id, intern.user_id()).await.expect("shared");
    tx.commit().await.expect("kept");
    (signed_by(bench, &intern, chart.note_id, 1).await.expect("signed"), supervisor)
}

async fn signed_by(
    bench: &TestDatabase,
    who: &access::Actor,
    id: NoteId,
    expected: i32,
) -> Result<NoteView, SignError> {
    let mut tx = bench.begin(who.clone()).await;
    let name = SignerName(Phi::from("Ina Tern"));
    let note = sign(&mut tx, who.require().expect("may"), id, expected, name, NO_RISK).await?;
    tx.commit().await?;
    Ok(note)
}

async fn co_signed_by(
    bench: &TestDatabase,
    who: &access::Actor,
    id: NoteId,
    expected: i32,
) -> Result<NoteView, CoSignError> {
    let mut tx = bench.begin(who.clone()).await;
    let name = SignerName(Phi::from("Sue Pervisor"));
    let note = co_sign(&mut tx, who.require().expect("may"), id, expected, name).await?;
    tx.commit().await?;
    Ok(note)
}

async fn given_back_by(
    bench: &TestDatabase,
    who: &access::Actor,
    id: NoteId,
    expected: i32,
) -> Result<NoteView, CoSignError> {
    let mut tx = bench.begin(who.clone()).await;
    let reason = Phi::from("The plan is missing.");
    let note = give_back(&mut tx, who.require().expect("may"), id, expected, reason).await?;
    tx.commit().await?;
    Ok(note)
}

#[tokio::test]
async fn what_an_intern_signs_waits_for_a_second_signature_and_then_cannot_change() {
    everywhere(async |bench| {
        let (note, supervisor) = awaiting(bench).await;
        assert_eq!((note.status, note.revision), (NoteStatus::AwaitingCoSignature, 2));
        assert!(note.signature.is_some() && note.co_signature.is_none());
        let refused = edited(bench, note.id, 2, vec![section("plan", vec![own("x")])]).await;
        assert!(matches!(refused, Err(EditError::AlreadySigned)), "nothing changes while it waits");
        let again = signed_by(bench, &bench.of_role(Role::Intern), note.id, 2).await;
        assert!(matches!(again, Err(SignError::AlreadySigned)));
        let (mut tx, granted) = bench.as_therapist().await;
        let see = encounters::load(&mut tx, granted, note.encounter_id).await.expect("the session");
        assert!(see.locked);
        let add = bench.therapist().require().expect("may");
        let new = shared::notes::NewAddendum { text: Phi::from("x") };
        let added = add_addendum(&mut tx, add, note.id, new, Phi::from("x")).await;
        assert!(matches!(added, Err(AddAddendumError::NotSigned)));
        tx.end().await.expect("ended");

        let stale = co_signed_by(bench, &supervisor, note.id, 1).await;
        assert!(matches!(stale, Err(CoSignError::PreconditionFailed)));
        let done = co_signed_by(bench, &supervisor, note.id, 2).await.expect("co-signed");
        assert_eq!((done.status, done.revision), (NoteStatus::Signed, 3));
        assert_eq!(done.signature, note.signature, "the first signature stands as it was");
        assert_eq!(done.co_signature.as_ref().map(|it| it.signer_id), Some(supervisor.user_id()));
        let twice = co_signed_by(bench, &supervisor, note.id, 3).await;
        assert!(matches!(twice, Err(CoSignError::NotAwaiting)));
        assert_eq!(read(bench, note.id).await, done, "and is read back, fitting both signatures");
        let words = bench.recorded().await;
        assert!(words.contains(&"note_co_signed".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn only_who_supervises_the_signer_answers_for_the_note() {
    everywhere(async |bench| {
        let (note, supervisor) = awaiting(bench).await;
        // The supervisor may see a colleague's client and still not answer for the colleague.
        let other = chart(bench).await;
        let mut tx = bench.begin(bench.therapist()).await;
        let share = bench.therapist().require().expect("may");
        care_teams::add(&mut tx, share, other.client_id, supervisor.user_id()).await.expect("shared");
        let intern = bench.of_role(Role::Intern).user_id();
        care_teams::add(&mut tx, share, other.client_id, intern).await.expect("shared");
        tx.commit().await.expect("kept");
        bench.tamper("DELETE FROM supervisions").await;
        let signed = signed_by(bench, &bench.of_role(Role::Intern), other.note_id, 1).await.expect("signed");
        let refused = co_signed_by(bench, &supervisor, signed.id, 2).await;
        assert!(matches!(refused, Err(CoSignError::NotSupervised)));
        let refused = given_back_by(bench, &supervisor, signed.id, 2).await;
        assert!(matches!(refused, Err(CoSignError::NotSupervised)));
        // The first client is not even seen any more.
        let refused = co_signed_by(bench, &supervisor, note.id, 2).await;
        assert!(matches!(refused, Err(CoSignError::NotFound)));
        // An owner answers for everybody, and a clinician for nobody.
        co_signed_by(bench, &bench.owner(), note.id, 2).await.expect("co-signed");
        assert!(bench.therapist().require::<access::perm::CoSignNotes>().is_err());
    })
    .await;
}

#[tokio::test]
async fn a_note_given_back_is_a_draft_with_a_reason_until_it_is_signed_again() {
    everywhere(async |bench| {
        let (note, supervisor) = awaiting(bench).await;
        let back = given_back_by(bench, &supervisor, note.id, 2).await.expect("given back");
        assert_eq!((back.status, back.revision), (NoteStatus::Draft, 3));
        assert!(back.signature.is_none(), "the signature was of what is to be changed");
        assert_eq!(back.given_back.as_ref().map(|it| it.reveal().as_str()), Some("The plan is missing."));
        assert!(!bench.holds("The plan is missing.").await, "sealed like the rest of the chart");
        let edit = edited(bench, note.id, 3, vec![section("plan", vec![own("Meet again.")])]).await;
        assert!(edit.expect("a draft again").given_back.is_some());
        let again = signed_by(bench, &bench.of_role(Role::Intern), note.id, 4).await.expect("signed again");
        assert_eq!((again.status, again.given_back), (NoteStatus::AwaitingCoSignature, None));
    })
    .await;
}

#[tokio::test]
async fn an_altered_second_signature_is_noticed() {
    let bench = TestDatabase::new().await;
    let (note, supervisor) = awaiting(&bench).await;
    co_signed_by(&bench, &supervisor, note.id, 2).await.expect("co-signed");
    let intern = bench.of_role(Role::Intern).user_id().0.simple().to_string();
    bench.tamper(&format!("UPDATE notes SET co_signed_by = X'{intern}'")).await;
    let tx = bench.begin(bench.owner()).await;
    assert!(store::find(&tx, note.id).await.is_err());
}
