//! Beginning, changing and finding notes.

use ::testing::{TestDatabase, everywhere};
use access::perm;
use shared::{
    Phi,
    notes::{EditNote, NewAddendum, NewNote, NoteFilter, NoteStatus},
    page::PageQuery,
    templates::NoteFormat,
};

use super::*;
use crate::testing::{chart, client, drafted, encounter};

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
        let signature =
            sign(&mut tx, stranger.require().expect("may"), chart.note_id, 1, name, NO_RISK).await;
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
