//! The gateway on a real database; the engines, which are the outside world, are stood in for.

mod elsewhere;
mod orders;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use access::perm;
use async_trait::async_trait;
use chrono::TimeDelta;
use entities::encounters;
use sea_orm::ActiveValue::Set;
use shared::{
    EncounterId, JobId, SegmentId, UserId,
    consents::{Standing, Standings},
    encounters::{Modality, Setting},
    errors::ErrorCode,
    governance::{AiCallOutcome, AiCallView, AiData, AiSystemState, AiSystemView, EditAiSystem},
    page::PageQuery,
    templates::NoteFormat,
    transcripts::{SpeakerCertainty, SpeakerRole},
};
use speech::{
    Certainty, Piece, PieceText, SeparateError, SpeakerSeparator, SpeakerTurns, SpokenSpans,
    SystemDescription, TextSpan, TranscribeError, Transcriber, Turn,
};
use testing::TestDatabase;

use crate::{
    CallContext, Engines, Gateway, GatewayError, HeardPiece, Said, SpeechEngine, ledger,
    systems::{self, SwitchError},
};

/// Hears the same sentence in everything, and counts how often it was asked.
struct Ears {
    asked: AtomicUsize,
    broken: bool,
    version: &'static str,
}

impl Default for Ears {
    fn default() -> Self {
        Self { asked: AtomicUsize::default(), broken: false, version: "1" }
    }
}

fn described(key: &str) -> SystemDescription {
    SystemDescription {
        key: key.into(),
        name: key.into(),
        version: "1".into(),
        vendor: "a test".into(),
        local: true,
    }
}

#[async_trait]
impl Transcriber for Ears {
    fn system(&self) -> SystemDescription {
        SystemDescription { version: self.version.into(), ..described("ears") }
    }

    async fn transcribe(&self, _piece: Piece) -> Result<PieceText, TranscribeError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.broken {
            return Err(TranscribeError::Engine("of no interest".into()));
        }
        Ok(heard("I sleep badly."))
    }
}

fn heard(text: &str) -> PieceText {
    let span = TextSpan {
        start_ms: 0,
        end_ms: 900,
        text: text.into(),
        confidence: 0.9,
        words: Vec::new(),
        voice: None,
    };
    PieceText { segments: vec![span], dropped: Vec::new() }
}

/// Hears elsewhere.
struct Far {
    host: &'static str,
    asked: AtomicUsize,
}

#[async_trait]
impl Transcriber for Far {
    fn system(&self) -> SystemDescription {
        SystemDescription { name: self.host.into(), local: false, ..described("far") }
    }

    async fn transcribe(&self, _piece: Piece) -> Result<PieceText, TranscribeError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(heard("I sleep well."))
    }
}

/// Finds two voices, one in each half of ten seconds.
struct Halves;

#[async_trait]
impl SpeakerSeparator for Halves {
    fn system(&self) -> SystemDescription {
        described("halves")
    }

    async fn separate(&self, _: SpokenSpans, _: Option<u8>) -> Result<SpeakerTurns, SeparateError> {
        let turns = vec![
            Turn { start_ms: 0, end_ms: 5_000, speaker: 0 },
            Turn { start_ms: 5_000, end_ms: 10_000, speaker: 1 },
        ];
        Ok(SpeakerTurns { turns, speakers: 2, certainty: Certainty::Clear })
    }
}

struct Bench {
    data: TestDatabase,
    ears: Arc<Ears>,
    gateway: Gateway,
    encounter_id: EncounterId,
    job_id: JobId,
}

impl Bench {
    async fn with(ears: Ears) -> Self {
        let data = TestDatabase::new().await;
        let (mut tx, _) = data.as_therapist::<perm::WriteEncounters>().await;
        let encounter_id: EncounterId = tx.new_id();
        let row = encounters::ActiveModel {
            id: Set(encounter_id),
            practice_id: Set(tx.practice_id()),
            modality: Set(Modality::Individual),
            setting: Set(Setting::InPerson),
            scheduled_start: Set(None),
            started_at: Set(None),
            ended_at: Set(None),
            cpt_code: Set(None),
            participants: Set(entities::Sealed(Vec::new())),
            transcription_system_id: Set(None),
            drafting_system_id: Set(None),
            created_by: Set(tx.actor().user_id()),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert::<encounters::Entity>(row).await.unwrap();
        let job_id: JobId = tx.new_id();
        tx.record(audit::Event::of(audit::Action::EncounterCreated, encounter_id));
        tx.commit().await.unwrap();
        let ears = Arc::new(ears);
        let gateway = Gateway::new(
            data.database.clone(),
            Engines::only(SpeechEngine::of_pieces(ears.clone())),
            Engines::only(Arc::new(Halves)),
            Engines::only(Arc::new(llm::Extract)),
        );
        Self { data, ears, gateway, encounter_id, job_id }
    }

    fn call(&self) -> CallContext {
        CallContext {
            actor: self.data.pipeline(),
            on_behalf_of: UserId(uuid::Uuid::from_u128(7)),
            encounter_id: Some(self.encounter_id),
            job_id: Some(self.job_id),
            data: AiData::Client,
            consents: Some(Standings { recording: Standing::Aloud, ai: Standing::NeverAsked }),
        }
    }

    async fn calls(&self) -> Vec<AiCallView> {
        let owner = self.data.owner();
        let granted = owner.require().unwrap();
        let mut tx = self.data.begin(owner).await;
        ledger::list(&mut tx, granted, &PageQuery::default()).await.unwrap().items
    }

    async fn switch(&self, key: &str, state: AiSystemState) {
        let owner = self.data.owner();
        let (read, write) = (owner.require().unwrap(), owner.require().unwrap());
        let mut tx = self.data.begin(owner).await;
        let all = self.gateway.systems(&mut tx, read).await.unwrap();
        let system = all.iter().find(|system| system.key == key).expect("it is in the register");
        let edit = EditAiSystem { state: Some(state), ..EditAiSystem::default() };
        assert_eq!(systems::switch(&mut tx, write, system.id, &edit).await.unwrap().state, state);
        tx.commit().await.unwrap();
    }

    /// Changes a system of which the register knows.
    async fn edit(&self, key: &str, edit: EditAiSystem) -> Result<AiSystemView, SwitchError> {
        let owner = self.data.owner();
        let (read, write) = (owner.require().unwrap(), owner.require().unwrap());
        let mut tx = self.data.begin(owner).await;
        let all = self.gateway.systems(&mut tx, read).await.unwrap();
        let system = all.iter().find(|system| system.key == key).expect("it is in the register");
        let edited = systems::switch(&mut tx, write, system.id, &edit).await;
        tx.commit().await.unwrap();
        edited
    }

    async fn system(&self, key: &str) -> AiSystemView {
        let owner = self.data.owner();
        let read = owner.require().unwrap();
        let mut tx = self.data.begin(owner).await;
        let all = self.gateway.systems(&mut tx, read).await.unwrap();
        tx.commit().await.unwrap();
        all.into_iter().find(|system| system.key == key).expect("it is in the register")
    }

    /// From now on there is also an engine elsewhere, at this host.
    fn elsewhere(&mut self, host: &'static str) -> Arc<Far> {
        let far = Arc::new(Far { host, asked: AtomicUsize::new(0) });
        self.gateway = Gateway::new(
            self.data.database.clone(),
            Engines::only(SpeechEngine::of_pieces(self.ears.clone()))
                .and(Some(SpeechEngine::of_pieces(far.clone()))),
            Engines::only(Arc::new(Halves)),
            Engines::only(Arc::new(llm::Extract)),
        );
        far
    }

    /// From now on there is none elsewhere any more.
    fn nowhere_else(&mut self) {
        self.gateway = Gateway::new(
            self.data.database.clone(),
            Engines::only(SpeechEngine::of_pieces(self.ears.clone())),
            Engines::only(Arc::new(Halves)),
            Engines::only(Arc::new(llm::Extract)),
        );
    }
}

fn piece() -> Piece {
    Piece { samples: vec![1, -1, 2], language: None }
}

#[tokio::test]
async fn a_call_stands_in_the_ledger_before_it_is_kept_and_succeeds_with_the_answer() {
    let bench = Bench::with(Ears::default()).await;
    let governed = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    let before = bench.calls().await;
    assert_eq!(before.len(), 1);
    assert_eq!((before[0].outcome, &before[0].output_hash), (AiCallOutcome::Started, &None));
    assert_eq!(before[0].system_key, "ears");
    assert_eq!(before[0].user_id, Some(bench.call().on_behalf_of));

    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    assert_eq!(governed.call_id(), before[0].id);
    let text = governed.keep(&mut tx).await.unwrap();
    assert_eq!(text.segments[0].text, "I sleep badly.");
    tx.commit().await.unwrap();
    let after = bench.calls().await;
    assert_eq!(after[0].outcome, AiCallOutcome::Succeeded);
    assert!(after[0].output_hash.is_some() && after[0].latency_ms.is_some());
    let recorded = bench.data.recorded().await;
    assert!(recorded.iter().any(|word| word == "ai_call_begun"));
    assert!(recorded.iter().any(|word| word == "ai_call_ended"));
    assert!(!bench.data.holds("I sleep badly").await, "the ledger holds hashes only");
}

#[tokio::test]
async fn a_system_that_is_off_is_not_called_and_the_refusal_is_written_down() {
    let bench = Bench::with(Ears::default()).await;
    bench.switch("ears", AiSystemState::Off).await;
    let refused = bench.gateway.transcribe(&bench.call(), piece()).await;
    assert!(matches!(refused, Err(GatewayError::Forbidden(ErrorCode::AiSystemOff))));
    assert_eq!(bench.ears.asked.load(Ordering::SeqCst), 0);
    let calls = bench.calls().await;
    assert_eq!(
        (calls[0].outcome, calls[0].reasons.as_slice()),
        (AiCallOutcome::Refused, &["ai_system_off".to_owned()][..])
    );
    assert!(bench.data.recorded().await.iter().any(|word| word == "ai_call_refused"));

    bench.switch("ears", AiSystemState::Live).await;
    assert!(bench.gateway.transcribe(&bench.call(), piece()).await.is_ok());
}

#[tokio::test]
async fn where_a_client_has_taken_back_their_agreement_to_ai_no_model_is_called() {
    let bench = Bench::with(Ears::default()).await;
    let call = CallContext {
        consents: Some(Standings { recording: Standing::Aloud, ai: Standing::TakenBack }),
        ..bench.call()
    };
    let refused = bench.gateway.transcribe(&call, piece()).await;
    assert!(matches!(refused, Err(GatewayError::Forbidden(ErrorCode::ConsentRevoked))));
    assert_eq!(bench.ears.asked.load(Ordering::SeqCst), 0);
    let calls = bench.calls().await;
    assert_eq!(
        (calls[0].outcome, calls[0].reasons.as_slice()),
        (AiCallOutcome::Refused, &["consent_revoked".to_owned()][..])
    );
}

#[tokio::test]
async fn an_engine_that_fails_leaves_a_failed_row() {
    let bench = Bench::with(Ears { broken: true, ..Ears::default() }).await;
    assert!(matches!(bench.gateway.transcribe(&bench.call(), piece()).await, Err(GatewayError::Engine)));
    let calls = bench.calls().await;
    assert_eq!(
        (calls[0].outcome, calls[0].reasons.as_slice()),
        (AiCallOutcome::Failed, &["engine_failed".to_owned()][..])
    );
}

#[tokio::test]
async fn the_same_sound_gives_the_same_hash_and_another_practice_cannot_tell() {
    let bench = Bench::with(Ears::default()).await;
    for _ in 0..2 {
        let _dropped = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    }
    let other = Piece { samples: vec![9], language: None };
    let _dropped = bench.gateway.transcribe(&bench.call(), other).await.unwrap();
    let calls = bench.calls().await;
    assert_eq!(calls[1].input_hash, calls[2].input_hash);
    assert_ne!(calls[0].input_hash, calls[1].input_hash);
    let stranger = bench.data.stranger_from_another_practice();
    let granted = stranger.require().unwrap();
    let mut tx = bench.data.begin(stranger).await;
    assert_eq!(ledger::list(&mut tx, granted, &PageQuery::default()).await.unwrap().items, []);
}

#[tokio::test]
async fn a_call_whose_process_died_is_closed_as_timeout_by_its_job_or_by_age() {
    let bench = Bench::with(Ears::default()).await;
    let _lost = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    assert_eq!(ledger::close_orphans(&mut tx, TimeDelta::hours(1)).await.unwrap(), 0, "it is still young");
    assert_eq!(ledger::close_job(&mut tx, JobId(uuid::Uuid::from_u128(1))).await.unwrap(), 0, "another job");
    assert_eq!(ledger::close_job(&mut tx, bench.job_id).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(bench.calls().await[0].outcome, AiCallOutcome::Timeout);

    let _lost = bench.gateway.transcribe(&bench.call(), piece()).await.unwrap();
    bench.data.clock.advance(TimeDelta::hours(2));
    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    assert_eq!(ledger::close_orphans(&mut tx, TimeDelta::hours(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn lines_get_their_voices_with_times_in_the_recording() {
    let bench = Bench::with(Ears::default()).await;
    let pieces = vec![
        HeardPiece { start_ms: 1_000, text: heard("How are you?") },
        HeardPiece { start_ms: 7_000, text: heard("Tired.") },
    ];
    let nothing = || -> SpokenSpans { Box::new(std::iter::empty()) };
    let governed = bench.gateway.separate_speakers(&bench.call(), nothing, pieces).await.unwrap();
    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    let voices = governed.keep(&mut tx).await.unwrap();
    let lines: Vec<_> = voices.lines.iter().map(|line| (line.voice, line.start_ms, line.end_ms)).collect();
    assert_eq!(lines, [(Some(0), 1_000, 1_900), (Some(1), 7_000, 7_900)]);
    let labels: Vec<_> = voices.voices.iter().map(|voice| voice.label.as_str()).collect();
    assert_eq!(labels, ["Speaker 1", "Speaker 2"], "too little was said to suggest a part");
    assert_eq!(voices.certainty, SpeakerCertainty::Clear);
}

#[tokio::test]
async fn a_voice_whose_part_is_suggested_is_called_by_it() {
    let bench = Bench::with(Ears::default()).await;
    let asking = "How have you been since we last met? What did you try when you could not sleep? \
                  How did your week at work go, and what would you like to talk about today?";
    let telling = "I have been tired. I tried to read when I could not sleep, and I got up twice. My week was \
                   long and I would like to talk about my mother, I think.";
    let pieces = vec![
        HeardPiece { start_ms: 1_000, text: heard(telling) },
        HeardPiece { start_ms: 7_000, text: heard(asking) },
    ];
    let nothing = || -> SpokenSpans { Box::new(std::iter::empty()) };
    let governed = bench.gateway.separate_speakers(&bench.call(), nothing, pieces).await.unwrap();
    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    let voices = governed.keep(&mut tx).await.unwrap().voices;
    let named: Vec<_> = voices.iter().map(|voice| (voice.label.as_str(), voice.role)).collect();
    assert_eq!(named, [("Client", SpeakerRole::Client), ("Therapist", SpeakerRole::Therapist)]);
}

#[tokio::test]
async fn a_draft_cites_the_lines_it_was_given_and_silence_gives_none() {
    let bench = Bench::with(Ears::default()).await;
    let segment_id = SegmentId(uuid::Uuid::from_u128(42));
    let said = Said {
        segment_id,
        role: SpeakerRole::Client,
        label: "Speaker 1".into(),
        start_ms: 0,
        end_ms: 4_000,
        text: "I have been sleeping badly since my mother moved in with us.".into(),
    };
    let governed =
        bench.gateway.draft(&bench.call(), NoteFormat::Soap, vec![said], Vec::new()).await.unwrap();
    let mut tx = bench.data.begin(bench.data.pipeline()).await;
    let draft = governed.keep(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut evidence =
        draft.sections.iter().flat_map(|section| &section.sentences).flat_map(|s| s.evidence.iter());
    assert!(evidence.all(|id| id == segment_id.0));

    let nothing = bench.gateway.draft(&bench.call(), NoteFormat::Soap, Vec::new(), Vec::new()).await;
    assert!(matches!(nothing, Err(GatewayError::NothingSaid)));
    assert_eq!(bench.calls().await[0].reasons, ["no_transcript"]);
}
