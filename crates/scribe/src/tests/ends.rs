//! How jobs and recordings end that do not end well, and what comes after.

use access::perm;
use clinical::{
    notes::{RiskLexicon, SignerName},
    transcripts::Quotations,
};
use shared::{
    JobId, Phi,
    consents::ConsentKind,
    errors::ErrorCode,
    governance::AiCallOutcome,
    jobs::JobState,
    recordings::RecordingState,
    transcripts::{SpeakerRole, TypedLine, TypedTranscript},
};
use tokio::sync::Barrier;

use super::*;
use crate::{
    jobs::{CancelError, RetryError, Unattended},
    pieces,
    uploads::{BeginError, NewUpload},
};

impl Bench {
    async fn relayed(&self) {
        self.data.tamper("UPDATE jobs SET relayed_at = created_at").await;
    }

    async fn cancel(&self, id: JobId) -> Result<JobView, CancelError> {
        let (mut tx, granted) = self.data.as_therapist::<perm::WriteRecordings>().await;
        let job = jobs::cancel(&mut tx, granted, id).await?;
        tx.commit().await.expect("kept");
        Ok(job)
    }

    async fn retry(&self, id: JobId) -> Result<JobView, RetryError> {
        let (mut tx, granted) = self.data.as_therapist::<perm::WriteRecordings>().await;
        let job = jobs::retry(&mut tx, granted, id).await?;
        tx.commit().await.expect("kept");
        Ok(job)
    }

    async fn unattended(&self, id: JobId) -> Option<Unattended> {
        Unattended::find(&self.scribe, self.data.practice_id(), id).await.expect("read")
    }

    async fn begun(&self) -> Result<(), BeginError> {
        let (mut tx, granted) = self.data.as_therapist::<perm::WriteRecordings>().await;
        let new = NewUpload {
            encounter_id: self.encounter_id,
            length: uploads::Length::Known(100),
            media_type: String::new(),
            filename: "".into(),
        };
        let begun = uploads::begin(&mut tx, granted, self.scribe.limits, new).await;
        tx.end().await.expect("ended");
        begun.map(drop)
    }
}

#[tokio::test]
async fn a_job_whose_process_died_in_every_attempt_has_failed_and_so_have_its_calls() {
    let stuck = Arc::new(Notify::new());
    let dying = Ears { words: WORDS, stuck_at: Some((0, stuck.clone())), ..Ears::default() };
    let bench = Bench::hearing(dying).await;
    let job = bench.record(&long(), "audio/ogg").await;
    assert!(bench.unattended(job).await.is_none(), "the queue has never heard of it");
    bench.relayed().await;
    tokio::select! {
        ended = bench.run(job, 20) => panic!("{ended:?}"),
        () = stuck.notified() => {}
    }
    assert_eq!(bench.job(job).await.state, JobState::Running);
    bench.unattended(job).await.expect("it is open").give_up(&bench.scribe).await.expect("given up");
    let failed = bench.job(job).await;
    assert_eq!((failed.state, failed.error), (JobState::Failed, Some(ErrorCode::WorkInterrupted)));
    let recording = bench.recording(job).await;
    assert_eq!((recording.state, recording.error), (RecordingState::Failed, failed.error));
    assert!(bench.calls().await.iter().all(|call| call.outcome == AiCallOutcome::Timeout));
    assert!(bench.unattended(job).await.is_none(), "it has ended");
    assert_eq!(bench.retry(job).await.expect("again").state, JobState::Queued);
}

#[tokio::test]
async fn what_has_changed_since_it_was_looked_at_is_not_given_up() {
    let bench = Bench::new().await;
    let job = bench.record(&silence(), "audio/wav").await;
    bench.relayed().await;
    let seen = bench.unattended(job).await.expect("it is open");
    bench.data.clock.advance(chrono::TimeDelta::seconds(1));
    bench.cancel(job).await.expect("cancelled");
    bench.retry(job).await.expect("asked for again");
    bench.relayed().await;
    seen.give_up(&bench.scribe).await.expect("nothing to do");
    assert_eq!(bench.job(job).await.state, JobState::Queued);
}

#[tokio::test]
async fn a_job_asked_for_again_while_its_stopped_run_ended_is_handed_over_again() {
    let bench = Bench::new().await;
    let job = bench.record(&silence(), "audio/wav").await;
    bench.cancel(job).await.expect("cancelled");
    assert_eq!(bench.run(job, 1).await, Ended::Stopped);
    bench.retry(job).await.expect("asked for again");
    // The relay has handed it over, and the queue took it for the job that was still running.
    bench.relayed().await;
    let seen = bench.unattended(job).await.expect("it is open");
    seen.hand_over_again(&bench.scribe).await.expect("handed over");
    assert!(bench.unattended(job).await.is_none(), "it is in the outbox");
    assert_eq!(bench.run(job, 1).await, Ended::Done);
}

#[tokio::test]
async fn a_recording_that_failed_is_replaced_and_its_job_is_over_for_good() {
    let bench = Bench::new().await;
    let failed = bench.record(&silence(), "audio/wav").await;
    bench.data.tamper("UPDATE recordings SET state = 'failed', error = 'engine_failed'").await;
    bench.data.tamper("UPDATE jobs SET state = 'failed'").await;
    let replaced = bench.recording(failed).await.id;
    let job = bench.record(&silence(), "audio/wav").await;
    assert_eq!(bench.recording(job).await.state, RecordingState::Stored);
    let (mut tx, granted) = bench.data.as_therapist::<perm::ReadRecordings>().await;
    let gone = recordings::load(&mut tx, granted, replaced).await;
    assert!(matches!(gone, Err(recordings::LoadError::NotFound)), "{gone:?}");
    tx.end().await.expect("ended");
    assert!(matches!(bench.retry(failed).await, Err(RetryError::NotRetryable)));
    assert!(matches!(bench.begun().await, Err(BeginError::RecordingExists)));
    assert!(bench.data.recorded().await.iter().any(|word| word == "recording_replaced"));
    assert_eq!(bench.run(job, 1).await, Ended::Done);
    let owner = bench.data.practice_id().0;
    assert_eq!(bench.scribe.blobs.delete_all(owner, replaced.0).await.expect("asked"), 0, "no sound is left");
}

#[tokio::test]
async fn a_session_whose_words_were_typed_takes_no_recording() {
    let bench = Bench::new().await;
    let bytes = fixture("opus.ogg");
    let early = bench.begin(bytes.len(), "audio/ogg").await;
    let (mut tx, granted) = bench.data.as_therapist::<perm::WriteTranscripts>().await;
    let line = TypedLine { role: SpeakerRole::Client, text: Phi::from(WORDS) };
    let typed = TypedTranscript { lines: vec![line] };
    transcripts::store_typed(&mut tx, granted, bench.encounter_id, typed).await.expect("kept");
    tx.commit().await.expect("kept");
    assert!(matches!(bench.begun().await, Err(BeginError::TranscriptExists)));
    let late = bench.send(early.id, 0, &bytes, None, false).await;
    assert!(matches!(late, Err(AppendError::MayNot(BeginError::TranscriptExists))), "{late:?}");
    assert_eq!(bench.offset(early.id).await, None, "and what was begun before is given up");
}

#[tokio::test]
async fn an_agreement_to_ai_that_is_taken_back_while_a_session_is_heard_ends_the_calls() {
    let barrier = Arc::new(Barrier::new(2));
    let ears = Ears { words: WORDS, meanwhile: Some((0, barrier.clone())), ..Ears::default() };
    let bench = Bench::hearing(ears).await;
    let job = bench.record(&long(), "audio/ogg").await;
    let asked_apart = bench.consent(ConsentKind::AiProcessing).await;
    let taken_back = async {
        barrier.wait().await;
        bench.revoke(asked_apart).await;
        barrier.wait().await;
    };
    let (ended, ()) = tokio::join!(bench.run(job, 1), taken_back);
    assert_eq!(ended, Ended::Stopped);
    assert_eq!(bench.job(job).await.error, Some(ErrorCode::ConsentRevoked));
    let outcomes: Vec<_> = bench.calls().await.into_iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [AiCallOutcome::Refused, AiCallOutcome::Succeeded], "the newest first");
    // The client agrees again: the job goes on where it was.
    bench.consent(ConsentKind::AiProcessing).await;
    bench.retry(job).await.expect("again");
    assert_eq!(bench.run(job, 1).await, Ended::Done);
}

#[tokio::test]
async fn what_was_heard_piece_by_piece_goes_with_the_transcript() {
    let bench = Bench::hearing(Ears { words: WORDS, ..Ears::default() }).await;
    let job = bench.record(&long(), "audio/ogg").await;
    assert_eq!(bench.run(job, 1).await, Ended::Done);
    let note = bench.job(job).await.note_id.expect("a draft");
    let (mut tx, granted) = bench.data.as_therapist::<perm::SignNotes>().await;
    let name = SignerName(Phi::from("Dr Grace Hopper"));
    let no_risk = RiskLexicon { version: 0, find: |_said| Vec::new() };
    let signed = notes::sign(&mut tx, granted, note, 1, name, no_risk).await;
    let cited =
        signed.expect("signed").sections.into_iter().flat_map(|it| it.sentences).map(|it| it.evidence);
    let cited: BTreeSet<_> = cited.flatten().collect();
    tx.commit().await.expect("kept");

    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    let found = recordings::store::of_encounters(&tx, &[bench.encounter_id]).await.expect("read");
    let recording = found[&bench.encounter_id].id;
    assert!(pieces::store::list(&tx, (recording, bench.encounter_id)).await.expect("read").len() > 1);
    assert_eq!(recordings::list_with_outlived_words(&tx, 0).await.expect("read"), [bench.encounter_id]);
    let removed = recordings::remove_words(&mut tx, bench.encounter_id, 0, Quotations::None).await;
    assert!(removed.expect("removed"));
    tx.commit().await.expect("kept");

    let (mut tx, granted) = bench.data.as_therapist::<perm::ReadTranscripts>().await;
    assert!(pieces::store::list(&tx, (recording, bench.encounter_id)).await.expect("read").is_empty());
    assert!(recordings::list_with_outlived_words(&tx, 0).await.expect("read").is_empty());
    let left = transcripts::load(&mut tx, granted, bench.encounter_id).await.expect("what is left");
    tx.end().await.expect("ended");
    let kept = left.removal.expect("it was removed").evidence;
    assert!(left.segments.is_empty() && kept.iter().all(|one| one.end_ms > one.start_ms));
    assert_eq!(kept.iter().map(|one| one.segment_id).collect::<BTreeSet<_>>(), cited);
    let recorded = bench.data.recorded().await;
    for word in ["transcript_removed", "heard_words_removed"] {
        assert!(recorded.iter().any(|it| it == word), "{word}");
    }
}
