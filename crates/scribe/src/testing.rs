//! A practice to test with: a session whose client agreed, and engines that hear what they are told to.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ::testing::TestDatabase;
use access::perm;
use async_trait::async_trait;
use blobs::BlobStore;
use bytes::Bytes;
use clinical::{clients, consents, encounters};
use futures_util::stream;
use governance::{Engines, Gateway, SpeechEngine, ledger};
use shared::{
    ConsentId, EncounterId, JobId, Phi, UploadId,
    clients::NewClient,
    consents::{ConsentKind, ConsentMethod, NewConsent},
    encounters::{Modality, NewEncounter, Setting},
    governance::AiCallView,
    page::PageQuery,
};
use speech::{
    Certainty, Piece, PieceText, SeparateError, SpeakerSeparator, SpeakerTurns, SpokenSpans,
    SystemDescription, TextSpan, TranscribeError, Transcriber, Turn,
};
use tokio::sync::Notify;

use crate::{
    Limits, Scribe,
    uploads::{self, AppendError, Arriving, Checksum, End, Length, NewUpload, Upload},
};

/// Hears these words in every piece, and counts how often it was asked.
#[derive(Default)]
pub struct Ears {
    pub words: &'static str,
    pub asked: AtomicUsize,
    /// At this call the engine says so and never answers, as if its process were killed then.
    pub stuck_at: Option<(usize, Arc<Notify>)>,
    /// At this call the engine asks this to be done, and waits for it.
    pub meanwhile: Option<(usize, Arc<tokio::sync::Barrier>)>,
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
        described("ears")
    }

    async fn transcribe(&self, piece: Piece) -> Result<PieceText, TranscribeError> {
        let call = self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some((at, stuck)) = &self.stuck_at
            && *at == call
        {
            stuck.notify_one();
            std::future::pending::<()>().await;
        }
        if let Some((at, barrier)) = &self.meanwhile
            && *at == call
        {
            barrier.wait().await;
            barrier.wait().await;
        }
        if self.words.is_empty() {
            return Ok(PieceText::default());
        }
        let (text, end_ms) = (self.words.to_owned(), piece.milliseconds());
        let span = TextSpan { start_ms: 0, end_ms, text, confidence: 0.9, words: Vec::new(), voice: None };
        Ok(PieceText { segments: vec![span], dropped: Vec::new() })
    }
}

/// Takes everything for one voice.
struct OneVoice;

#[async_trait]
impl SpeakerSeparator for OneVoice {
    fn system(&self) -> SystemDescription {
        described("one-voice")
    }

    async fn separate(&self, speech: SpokenSpans, _: Option<u8>) -> Result<SpeakerTurns, SeparateError> {
        let spans = tokio::task::spawn_blocking(move || speech.collect::<Result<Vec<_>, _>>()).await;
        let spans = spans.map_err(|_stopped| SeparateError::Cancelled)?.map_err(SeparateError::Sound)?;
        assert!(spans.iter().all(|span| !span.samples.is_empty()), "the sound is delivered");
        let turns = vec![Turn { start_ms: 0, end_ms: u64::MAX, speaker: 0 }];
        Ok(SpeakerTurns { turns, speakers: 1, certainty: Certainty::Clear })
    }
}

/// One session of a client who agreed to be recorded.
pub struct Bench {
    pub data: TestDatabase,
    pub scribe: Scribe,
    pub encounter_id: EncounterId,
    pub consent_id: ConsentId,
}

impl Bench {
    pub async fn new() -> Self {
        Self::hearing(Ears::default()).await
    }

    pub async fn hearing(ears: Ears) -> Self {
        let data = TestDatabase::new().await;
        let scribe = Scribe {
            database: data.database.clone(),
            blobs: BlobStore::in_memory(),
            gateway: gateway(&data, ears),
            limits: Limits { max_file_size: 50_000_000, max_duration_ms: 60_000 },
        };
        let (encounter_id, consent_id) = session(&data).await;
        Self { data, scribe, encounter_id, consent_id }
    }

    /// The same database and sound, after a restart with another engine.
    pub fn restart(&mut self, ears: Ears) {
        self.scribe.gateway = gateway(&self.data, ears);
    }

    pub async fn begin(&self, length: usize, media_type: &str) -> Upload {
        let (mut tx, granted) = self.data.as_therapist::<perm::WriteRecordings>().await;
        let new = NewUpload {
            encounter_id: self.encounter_id,
            length: Length::Known(length as u64),
            media_type: media_type.into(),
            filename: "session".into(),
        };
        let upload = uploads::begin(&mut tx, granted, self.scribe.limits, new).await.expect("an upload");
        tx.commit().await.expect("kept");
        upload
    }

    /// Sends bytes in chunks as a network would; `cut` ends them with a broken connection.
    pub async fn send(
        &self,
        id: UploadId,
        offset: u64,
        bytes: &[u8],
        checksum: Option<Checksum>,
        cut: bool,
    ) -> Result<Upload, AppendError> {
        let therapist = self.data.therapist();
        let granted = therapist.require().expect("a therapist may");
        let mut chunks: Vec<Result<Bytes, ()>> =
            bytes.chunks(1_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        if cut {
            chunks.push(Err(()));
        }
        let arriving = Arriving { id, offset, checksum, end: End::Announced, key: &|| None };
        Box::pin(uploads::append(&self.scribe, therapist, granted, arriving, stream::iter(chunks))).await
    }

    pub async fn offset(&self, id: UploadId) -> Option<u64> {
        let (mut tx, granted) = self.data.as_therapist::<perm::WriteRecordings>().await;
        uploads::load(&mut tx, granted, id).await.ok().map(|upload| upload.received)
    }

    /// Uploads a recording; its job.
    pub async fn record(&self, bytes: &[u8], media_type: &str) -> JobId {
        let upload = self.begin(bytes.len(), media_type).await;
        let whole = self.send(upload.id, 0, bytes, None, false).await.expect("taken");
        let (mut tx, granted) = self.data.as_therapist::<perm::ReadRecordings>().await;
        let view = crate::recordings::load(&mut tx, granted, whole.recording_id).await.expect("a recording");
        view.job_id.expect("it has a job")
    }

    /// Records what the client says about another kind of consent.
    pub async fn consent(&self, kind: ConsentKind) -> ConsentId {
        let tx = self.data.begin(self.data.therapist()).await;
        let chart = encounters::chart_of(&tx, self.encounter_id).await.expect("read").expect("a client");
        tx.end().await.expect("ended");
        consented(&self.data, chart, kind).await
    }

    pub async fn revoke(&self, id: ConsentId) {
        let (mut tx, granted) = self.data.as_therapist::<perm::WriteConsents>().await;
        consents::revoke(&mut tx, granted, id).await.expect("taken back");
        tx.commit().await.expect("kept");
    }

    pub async fn calls(&self) -> Vec<AiCallView> {
        let (mut tx, granted) = self.data.as_therapist::<perm::ReadGovernance>().await;
        ledger::list(&mut tx, granted, &PageQuery::default()).await.expect("the ledger").items
    }
}

fn gateway(data: &TestDatabase, ears: Ears) -> Gateway {
    Gateway::new(
        data.database.clone(),
        Engines::only(SpeechEngine::of_pieces(Arc::new(ears))),
        Engines::only(Arc::new(OneVoice)),
        Engines::only(Arc::new(llm::Extract)),
    )
}

async fn session(data: &TestDatabase) -> (EncounterId, ConsentId) {
    let (mut tx, granted) = data.as_therapist::<perm::WriteClients>().await;
    let new = NewClient {
        given_name: Phi::from("Ada"),
        family_name: Phi::from("Example"),
        date_of_birth: None,
        email: None,
        phone: None,
        pronouns: None,
        external_id: None,
        jurisdiction: None,
    };
    let client = clients::create(&mut tx, granted, new, "US-CA", &[]).await.expect("a client");
    tx.commit().await.expect("kept");
    let consent_id = consented(data, client.id, ConsentKind::Recording).await;
    let (mut tx, granted) = data.as_therapist::<perm::WriteEncounters>().await;
    let new = NewEncounter {
        client_ids: vec![client.id],
        modality: Modality::Individual,
        setting: Setting::InPerson,
        scheduled_start: None,
        started_at: None,
        ended_at: None,
        cpt_code: None,
        participants: Vec::new(),
    };
    let encounter = encounters::create(&mut tx, granted, new).await.expect("a session");
    tx.commit().await.expect("kept");
    (encounter.id, consent_id)
}

async fn consented(data: &TestDatabase, client: shared::ClientId, kind: ConsentKind) -> ConsentId {
    let (mut tx, granted) = data.as_therapist::<perm::WriteConsents>().await;
    let new = NewConsent {
        kind,
        text_version: "1".into(),
        granted_at: None,
        method: ConsentMethod::Written,
        participants: Vec::new(),
    };
    let consent = consents::grant(&mut tx, granted, client, new).await.expect("a consent");
    tx.commit().await.expect("kept");
    consent.id
}
