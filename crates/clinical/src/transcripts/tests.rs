//! Claims about transcripts.

use ::testing::{TestDatabase, everywhere};
use shared::{
    Phi, SegmentId,
    transcripts::{
        EditSegment, EditSpeaker, EditTranscript, MergeSpeakers, SpeakerCertainty, SpeakerRole,
        TypedTranscript,
    },
};

use super::*;
use crate::testing::{MARK, client, encounter, transcript, typed};

fn heard(encounter_id: shared::EncounterId, recording_id: shared::RecordingId) -> HeardTranscript {
    let line = |speaker, start_ms, text: &str| NewSegment {
        speaker,
        start_ms,
        end_ms: start_ms + 900,
        text: Phi::from(text),
        confidence: Some(0.5),
    };
    let voice = |label: &str| NewSpeaker { label: Phi::from(label), role: SpeakerRole::Unknown };
    HeardTranscript {
        encounter_id,
        recording_id,
        certainty: SpeakerCertainty::Uncertain,
        speakers: vec![voice("Speaker 1"), voice("Speaker 2"), voice("Speaker 3")],
        segments: vec![
            line(Some(0), 0, "How was the week?"),
            line(Some(1), 1_000, "Long."),
            line(Some(2), 2_000, MARK),
            line(None, 3_000, "Mm."),
        ],
    }
}

async fn session(bench: &TestDatabase) -> shared::EncounterId {
    let ada = client(bench, "Lovelace").await;
    encounter(bench, &[ada]).await
}

/// Corrects the session's transcript of revision `expected`, and keeps it when that is allowed.
async fn corrected(
    bench: &TestDatabase,
    id: shared::EncounterId,
    expected: i32,
    change: EditTranscript,
) -> Result<shared::transcripts::TranscriptView, EditError> {
    let (mut tx, granted) = bench.as_therapist().await;
    let transcript = edit(&mut tx, granted, id, expected, change).await?;
    tx.commit().await.expect("kept");
    Ok(transcript)
}

fn new_text(id: SegmentId, text: &str) -> EditTranscript {
    let line = EditSegment { id, text: Some(Phi::from(text)), speaker_id: None };
    EditTranscript { segments: vec![line], ..EditTranscript::default() }
}

#[tokio::test]
async fn what_was_heard_is_kept_once_and_read_back_in_order() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let recording = bench.recording(id).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let first = store_from_recording(&mut tx, granted, heard(id, recording)).await.expect("kept");
        tx.commit().await.expect("kept");

        let (mut tx, granted) = bench.as_therapist().await;
        let again = store_from_recording(&mut tx, granted, heard(id, recording)).await.expect("kept");
        tx.commit().await.expect("kept");
        assert_eq!(first, again, "the job ran twice");

        let (mut tx, granted) = bench.as_therapist().await;
        let read = load(&mut tx, granted, id).await.expect("the transcript");
        let texts: Vec<_> = read.segments.iter().map(|segment| segment.text.reveal().as_str()).collect();
        assert_eq!(texts, ["How was the week?", "Long.", MARK, "Mm."]);
        assert_eq!(read.speakers.len(), 3);
        assert_eq!(read.segments[1].speaker_id, Some(read.speakers[1].id));
        assert_eq!(read.segments[3].speaker_id, None);
        assert_eq!(read.segments[1].confidence, Some(0.5));
        assert!(!bench.holds(MARK).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_corrected_stays_corrected_when_the_job_runs_again() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let recording = bench.recording(id).await;
        let (mut tx, granted) = bench.as_therapist().await;
        store_from_recording(&mut tx, granted, heard(id, recording)).await.expect("kept");
        let line = store::find(&tx, id).await.expect("read").expect("the transcript").segments[1].id;
        tx.commit().await.expect("kept");
        corrected(bench, id, 1, new_text(line, "Very long.")).await.expect("corrected");

        let (mut tx, granted) = bench.as_therapist().await;
        store_from_recording(&mut tx, granted, heard(id, recording)).await.expect("kept");
        tx.commit().await.expect("kept");
        let (mut tx, granted) = bench.as_therapist().await;
        let read = load(&mut tx, granted, id).await.expect("the transcript");
        assert_eq!(read.segments[1].text.reveal(), "Very long.");
        assert!(read.segments[1].edited && !read.segments[0].edited);
        assert_eq!(read.certainty, SpeakerCertainty::Uncertain, "no voice was touched");
    })
    .await;
}

#[tokio::test]
async fn a_typed_transcript_is_typed_once_and_not_replaced_by_a_recording() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let kept = transcript(bench, id).await;
        assert_eq!(kept.speakers.len(), 2, "one voice for each part");
        let (mut tx, granted) = bench.as_therapist().await;
        let again = store_typed(&mut tx, granted, id, typed()).await;
        assert!(matches!(again, Err(StoreTypedError::TranscriptExists)));
        tx.end().await.expect("ended");
        let recording = bench.recording(id).await;
        let (mut tx, granted) = bench.as_therapist().await;
        let refused = store_from_recording(&mut tx, granted, heard(id, recording)).await;
        assert!(matches!(refused, Err(StoreFromRecordingError::OtherTranscript)));
    })
    .await;
}

#[tokio::test]
async fn an_empty_line_is_refused() {
    let bench = TestDatabase::new().await;
    let id = session(&bench).await;
    let mut wrong = typed();
    wrong.lines[1].text = Phi::from(" \n");
    for wrong in [wrong, TypedTranscript { lines: Vec::new() }] {
        let (mut tx, granted) = bench.as_therapist().await;
        let refused = store_typed(&mut tx, granted, id, wrong).await;
        assert!(matches!(refused, Err(StoreTypedError::Invalid(_))));
    }
}

#[tokio::test]
async fn voices_are_renamed_and_merged_and_no_line_is_lost() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let recording = bench.recording(id).await;
        let (mut tx, granted) = bench.as_therapist().await;
        store_from_recording(&mut tx, granted, heard(id, recording)).await.expect("kept");
        let before = store::find(&tx, id).await.expect("read").expect("the transcript");
        tx.commit().await.expect("kept");
        let [one, two, three] = [0, 1, 2].map(|at: usize| before.speakers[at].id);

        let change = EditTranscript {
            speakers: vec![EditSpeaker {
                id: two,
                label: Some(Phi::from("Ada")),
                role: Some(SpeakerRole::Client),
            }],
            segments: vec![EditSegment { id: before.segments[3].id, text: None, speaker_id: Some(one) }],
            merge: vec![MergeSpeakers { from: three, into: two }],
            ..EditTranscript::default()
        };
        let answered = corrected(bench, id, 1, change).await.expect("corrected");
        let (mut tx, granted) = bench.as_therapist().await;
        let read = load(&mut tx, granted, id).await.expect("the transcript");
        assert_eq!(read, answered);
        assert_eq!(read.revision, 2);
        assert_eq!(read.certainty, SpeakerCertainty::Confirmed);
        assert_eq!(read.speakers.iter().map(|speaker| speaker.id).collect::<Vec<_>>(), [one, two]);
        let voices: Vec<_> = read.segments.iter().map(|segment| segment.speaker_id).collect();
        assert_eq!(voices, [Some(one), Some(two), Some(two), Some(one)]);
        let said = turns(&mut tx, granted, id).await.expect("turns");
        assert_eq!((said[2].role, said[2].label.reveal().as_str()), (SpeakerRole::Client, "Ada"));
    })
    .await;
}

#[tokio::test]
async fn a_voice_that_nobody_named_is_called_by_its_part() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let recording = bench.recording(id).await;
        let (mut tx, granted) = bench.as_therapist().await;
        store_from_recording(&mut tx, granted, heard(id, recording)).await.expect("kept");
        let voice = store::find(&tx, id).await.expect("read").expect("the transcript").speakers[1].id;
        tx.commit().await.expect("kept");
        let mut revision = 0;
        let mut becomes = async |label: Option<&str>, role: SpeakerRole| {
            revision += 1;
            let label = label.map(Phi::from);
            let change = EditTranscript {
                speakers: vec![EditSpeaker { id: voice, label, role: Some(role) }],
                ..EditTranscript::default()
            };
            let voices = corrected(bench, id, revision, change).await.expect("corrected").speakers;
            voices[1].label.reveal().clone()
        };
        assert_eq!(becomes(None, SpeakerRole::Client).await, "Client");
        assert_eq!(becomes(None, SpeakerRole::Therapist).await, "Therapist");
        assert_eq!(becomes(None, SpeakerRole::Unknown).await, "Speaker 2");
        assert_eq!(becomes(Some("Ada"), SpeakerRole::Client).await, "Ada");
        assert_eq!(becomes(None, SpeakerRole::Other).await, "Ada", "a name that was given stays");
    })
    .await;
}

#[tokio::test]
async fn two_tabs_cannot_both_correct_one_revision() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let line = transcript(bench, id).await.segments[0].id;
        let (one, two) = tokio::join!(
            corrected(bench, id, 1, new_text(line, "one")),
            corrected(bench, id, 1, new_text(line, "two")),
        );
        let refused = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(refused[..], [EditError::PreconditionFailed]), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_correction_of_an_older_revision_reaches_no_row() {
    everywhere(async |bench| {
        let id = session(bench).await;
        let kept = transcript(bench, id).await;
        let mut tx = bench.begin(bench.therapist()).await;
        let nothing = edit::Changed::default();
        assert!(!store::update(&mut tx, 0, &kept, &nothing).await.expect("asked"));
        assert!(store::update(&mut tx, 1, &kept, &nothing).await.expect("asked"));
        assert!(!store::update(&mut tx, 1, &kept, &nothing).await.expect("asked"), "it is 2 by now");
    })
    .await;
}

#[tokio::test]
async fn parts_of_another_transcript_are_refused_and_nothing_changes() {
    everywhere(async |bench| {
        let (id, other) = (session(bench).await, session(bench).await);
        let (own, foreign) = (transcript(bench, id).await, transcript(bench, other).await);
        let wrong = [
            new_text(foreign.segments[0].id, "x"),
            EditTranscript {
                segments: vec![EditSegment {
                    id: own.segments[0].id,
                    text: None,
                    speaker_id: Some(foreign.speakers[0].id),
                }],
                ..EditTranscript::default()
            },
            EditTranscript {
                merge: vec![MergeSpeakers { from: own.speakers[0].id, into: foreign.speakers[0].id }],
                ..EditTranscript::default()
            },
            EditTranscript {
                merge: vec![MergeSpeakers { from: own.speakers[0].id, into: own.speakers[0].id }],
                ..EditTranscript::default()
            },
        ];
        for change in wrong {
            assert!(matches!(corrected(bench, id, 1, change).await, Err(EditError::Invalid(_))));
        }
        let (mut tx, granted) = bench.as_therapist().await;
        assert_eq!(load(&mut tx, granted, id).await.expect("the transcript"), own);
    })
    .await;
}

#[tokio::test]
async fn another_practices_transcript_is_not_found() {
    everywhere(async |bench| {
        let id = session(bench).await;
        transcript(bench, id).await;
        let (mut tx, granted) = bench.as_stranger().await;
        assert!(matches!(load(&mut tx, granted, id).await, Err(LoadError::NotFound)));
        let write = bench.stranger_from_another_practice().require().expect("may");
        let edited = edit(&mut tx, write, id, 1, EditTranscript::default()).await;
        assert!(matches!(edited, Err(EditError::NotFound)));
        let stored = store_typed(&mut tx, write, id, typed()).await;
        assert!(matches!(stored, Err(StoreTypedError::NotFound)));
    })
    .await;
}
