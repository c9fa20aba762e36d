//! Uploads and the pipeline on a real database; the engines, which are the outside world, are stood in for.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use access::perm;
use blobs::BlobAddress;
use clinical::{notes, transcripts};
use sha2::Digest as _;
use shared::{
    JobId,
    errors::ErrorCode,
    governance::{AiCallOutcome, AiPurpose},
    jobs::{JobState, JobView},
    page::PageQuery,
    recordings::{RecordingState, RecordingView},
};
use tokio::sync::Notify;

mod ends;

use crate::{
    jobs,
    pipeline::{Ended, run},
    recordings,
    sound::PLAIN_SOUND,
    testing::{Bench, Ears},
    uploads::{self, AppendError, Checksum},
};

const WORDS: &str = "I have been sleeping badly since my mother moved in with us.";

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../audio/tests/fixtures");
    std::fs::read(folder.join(name)).expect("the fixture is there")
}

/// Two minutes of two voices: several pieces.
fn long() -> Vec<u8> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/role-play");
    std::fs::read(assets.join("excerpt.ogg")).expect("the excerpt is there")
}

fn silence() -> Vec<u8> {
    let samples = 16_000_u32 * 5 * 2;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + samples).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(32_000_u32.to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(samples.to_le_bytes());
    wav.resize(wav.len() + samples as usize, 0);
    wav
}

impl Bench {
    async fn run(&self, job: JobId, attempt: u32) -> Ended {
        Box::pin(run(&self.scribe, self.data.practice_id(), job, attempt, false)).await.expect("a run")
    }

    async fn job(&self, id: JobId) -> JobView {
        let (mut tx, granted) = self.data.as_therapist::<perm::ReadJobs>().await;
        jobs::load(&mut tx, granted, id).await.expect("a job")
    }

    async fn recording(&self, job: JobId) -> RecordingView {
        let id = self.job(job).await.recording_id.expect("a recording");
        let (mut tx, granted) = self.data.as_therapist::<perm::ReadRecordings>().await;
        recordings::load(&mut tx, granted, id).await.expect("a recording")
    }

    async fn notes(&self) -> usize {
        let (mut tx, granted) = self.data.as_therapist::<perm::ReadNotes>().await;
        let filter = shared::notes::NoteFilter::default();
        notes::list(&mut tx, granted, &filter, &PageQuery::default()).await.expect("notes").items.len()
    }

    async fn assert_plain_sound_is_gone(&self, job: JobId) {
        let key = self.data.database.key_of(self.data.practice_id()).await.expect("a key");
        let object = self.recording(job).await.id.0;
        let address = BlobAddress { owner: key.owner(), object, part: PLAIN_SOUND };
        let opened = self.scribe.blobs.open(&key, address).await;
        assert!(matches!(opened, Err(blobs::BlobError::NotFound)));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_early_costs_nothing_that_was_sent() {
    let bench = Bench::new().await;
    let bytes = fixture("opus.ogg");
    let upload = bench.begin(bytes.len(), "audio/ogg").await;
    let cut = bench.send(upload.id, 0, &[], None, true).await;
    assert!(matches!(cut, Err(AppendError::Interrupted)), "{cut:?}");
    assert_eq!(bench.offset(upload.id).await, Some(0), "the upload is still there");
    let cut = bench.send(upload.id, 0, &bytes[..3_000], None, true).await;
    assert!(matches!(cut, Err(AppendError::Interrupted)), "{cut:?}");
    assert_eq!(bench.offset(upload.id).await, Some(3_000));
    let whole = bench.send(upload.id, 3_000, &bytes[3_000..], None, false).await.expect("taken");
    assert!(whole.complete);
}

#[tokio::test]
async fn a_connection_that_breaks_behind_the_last_byte_leaves_a_recording() {
    let bench = Bench::new().await;
    let bytes = fixture("opus.ogg");
    let upload = bench.begin(bytes.len(), "audio/ogg").await;
    assert!(bench.send(upload.id, 0, &bytes, None, true).await.expect("taken").complete);
}

#[tokio::test]
async fn what_came_under_a_checksum_counts_as_a_whole_or_not_at_all() {
    let bench = Bench::new().await;
    let bytes = fixture("opus.ogg");
    let upload = bench.begin(bytes.len(), "audio/ogg").await;
    let sum = Checksum::Sha256(sha2::Sha256::digest(&bytes).to_vec());
    let cut = bench.send(upload.id, 0, &bytes[..20_000.min(bytes.len() - 1)], Some(sum.clone()), true).await;
    assert!(matches!(cut, Err(AppendError::Interrupted)), "{cut:?}");
    assert_eq!(bench.offset(upload.id).await, Some(0));
    let wrong = Checksum::Sha256(vec![0; 32]);
    let changed = bench.send(upload.id, 0, &bytes, Some(wrong), false).await;
    assert!(matches!(changed, Err(AppendError::Checksum)), "{changed:?}");
    assert_eq!(bench.offset(upload.id).await, Some(0));
    assert!(bench.send(upload.id, 0, &bytes, Some(sum), false).await.expect("taken").complete);
}

#[tokio::test]
async fn a_file_may_come_a_few_bytes_at_a_time() {
    let bench = Bench::new().await;
    let bytes = fixture("speech.mp3");
    let upload = bench.begin(bytes.len(), "audio/mpeg").await;
    let mut complete = false;
    for (index, chunk) in bytes.chunks(701).enumerate() {
        let taken = bench.send(upload.id, index as u64 * 701, chunk, None, false).await;
        complete = taken.expect("taken").complete;
    }
    assert!(complete);
}

#[tokio::test]
async fn a_file_without_readable_sound_is_refused_and_its_upload_is_gone() {
    for (name, media_type) in
        [("video_only.webm", "video/webm"), ("video_only.mp4", "video/mp4"), ("ac3.mkv", "video/webm")]
    {
        let bench = Bench::new().await;
        let bytes = fixture(name);
        let upload = bench.begin(bytes.len(), media_type).await;
        let refused = bench.send(upload.id, 0, &bytes, None, false).await;
        assert!(matches!(refused, Err(AppendError::Audio(_))), "{name}: {refused:?}");
        assert_eq!(bench.offset(upload.id).await, None);
    }
}

#[tokio::test]
async fn of_two_requests_at_one_place_one_counts() {
    let bench = Bench::new().await;
    let bytes = fixture("opus.ogg");
    let upload = bench.begin(bytes.len() * 2, "audio/ogg").await;
    let (one, other) = tokio::join!(
        bench.send(upload.id, 0, &bytes, None, false),
        bench.send(upload.id, 0, &bytes, None, false)
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(bench.offset(upload.id).await, Some(bytes.len() as u64));
}

#[tokio::test]
async fn an_upload_that_became_a_recording_cannot_be_given_up() {
    let bench = Bench::new().await;
    let bytes = fixture("opus.ogg");
    let upload = bench.begin(bytes.len(), "audio/ogg").await;
    bench.send(upload.id, 0, &bytes, None, false).await.expect("taken");
    let therapist = bench.data.therapist();
    let granted = therapist.require().expect("a therapist may");
    assert!(uploads::remove(&bench.scribe, therapist, granted, upload.id).await.is_err());
    assert_eq!(bench.offset(upload.id).await, Some(bytes.len() as u64));
}

#[tokio::test]
async fn where_nobody_speaks_no_model_is_called() {
    let bench = Bench::hearing(Ears { words: WORDS, ..Ears::default() }).await;
    let job = bench.record(&silence(), "audio/wav").await;
    assert_eq!(bench.run(job, 1).await, Ended::Done);
    assert_eq!(bench.recording(job).await.state, RecordingState::NoSpeechCaptured);
    assert_eq!(bench.job(job).await.state, JobState::Succeeded);
    assert_eq!(bench.calls().await, []);
    bench.assert_plain_sound_is_gone(job).await;
}

#[tokio::test]
async fn speech_without_a_word_is_no_speech_and_never_reaches_drafting() {
    let bench = Bench::hearing(Ears::default()).await;
    let job = bench.record(&long(), "audio/ogg").await;
    assert_eq!(bench.run(job, 1).await, Ended::Done);
    assert_eq!(bench.recording(job).await.state, RecordingState::NoSpeechCaptured);
    assert!(bench.calls().await.iter().all(|call| call.purpose == AiPurpose::Transcription));
    assert_eq!(bench.notes().await, 0);
}

#[tokio::test]
async fn a_run_that_dies_in_any_piece_is_taken_up_there_and_nothing_is_done_twice() {
    let stuck = Arc::new(Notify::new());
    let dying_at = |call| Ears { words: WORDS, stuck_at: Some((call, stuck.clone())), ..Ears::default() };
    let mut bench = Bench::hearing(dying_at(0)).await;
    let job = bench.record(&long(), "audio/ogg").await;
    let mut attempt = 1;
    loop {
        tokio::select! {
            ended = bench.run(job, attempt) => {
                assert_eq!(ended, Ended::Done);
                break;
            }
            () = stuck.notified() => {}
        }
        // The first run dies in the first piece, the others each in the second that they hear.
        attempt += 1;
        bench.restart(dying_at(1));
    }
    assert_eq!(bench.run(job, attempt + 1).await, Ended::Done, "once more does no harm");
    let done = bench.job(job).await;
    assert_eq!((done.state, done.progress), (JobState::Succeeded, 100));
    assert!(done.note_id.is_some());
    assert_eq!(bench.notes().await, 1);
    let calls = bench.calls().await;
    let succeeded = |purpose| {
        let of = |call: &&_| {
            let call: &shared::governance::AiCallView = call;
            call.purpose == purpose && call.outcome == AiCallOutcome::Succeeded
        };
        calls.iter().filter(of).map(|call| call.input_hash.clone()).collect::<Vec<_>>()
    };
    let heard = succeeded(AiPurpose::Transcription);
    assert!(heard.len() > 1);
    assert_eq!(heard.iter().collect::<BTreeSet<_>>().len(), heard.len(), "each piece once");
    assert_eq!((succeeded(AiPurpose::Speakers).len(), succeeded(AiPurpose::Drafting).len()), (1, 1));
    let timed_out = calls.iter().filter(|call| call.outcome == AiCallOutcome::Timeout).count();
    assert_eq!(timed_out + heard.len() + 2, calls.len(), "nothing is left open");
    assert_eq!(timed_out as u32, attempt - 1);
    let (mut tx, granted) = bench.data.as_therapist::<perm::ReadTranscripts>().await;
    let transcript = transcripts::load(&mut tx, granted, bench.encounter_id).await.expect("a transcript");
    tx.end().await.expect("ended");
    assert_eq!(transcript.segments.len(), heard.len());
    bench.assert_plain_sound_is_gone(job).await;
}

#[tokio::test]
async fn a_consent_taken_back_stops_the_recording_before_anything_is_heard() {
    let bench = Bench::hearing(Ears { words: WORDS, ..Ears::default() }).await;
    let job = bench.record(&long(), "audio/ogg").await;
    bench.revoke(bench.consent_id).await;
    assert_eq!(bench.run(job, 1).await, Ended::Stopped);
    let stopped = bench.job(job).await;
    assert_eq!((stopped.state, stopped.error), (JobState::Failed, Some(ErrorCode::ConsentRevoked)));
    assert_eq!(bench.calls().await, []);
}
