//! AssemblyAI: a whole recording goes there, is heard and divided by voices, and is removed there again
//! (<https://www.assemblyai.com/docs>, API v2).

mod answer;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use remote::{Body, Service, ServiceError};
use serde::Deserialize;
use serde_json::json;

use crate::{
    system::SystemDescription,
    transcriber::{PieceText, TranscribeError},
    wav,
    whole::{RecordingTranscriber, WholeRecording},
};

/// How often an answer is asked for: what their documentation recommends.
const PAUSE: Duration = Duration::from_secs(3);

/// AssemblyAI's speech to text.
#[derive(Debug)]
pub struct AssemblyAi {
    service: Service,
    models: Vec<String>,
    pause: Duration,
}

impl AssemblyAi {
    /// `models` as AssemblyAI calls them, the one to use first.
    pub fn new(service: Service, models: Vec<String>) -> Self {
        Self { service, models, pause: PAUSE }
    }

    /// With another pause between two questions for an answer.
    #[must_use]
    pub fn pausing(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

#[derive(Deserialize)]
struct Uploaded {
    upload_url: String,
}

#[derive(Deserialize)]
struct Ordered {
    id: String,
}

#[derive(Deserialize)]
struct Listed {
    transcripts: Vec<Work>,
}

#[derive(Deserialize)]
struct Work {
    id: String,
    audio_url: String,
}

fn read<'a, T: Deserialize<'a>>(answer: &'a [u8]) -> Result<T, TranscribeError> {
    serde_json::from_slice(answer).map_err(|_another| ServiceError::Malformed.into())
}

/// Where a piece of work is. An id that is none leads nowhere else.
fn at(work: &str) -> Result<String, TranscribeError> {
    let is_id = !work.is_empty() && work.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_id { Ok(format!("v2/transcript/{work}")) } else { Err(ServiceError::Malformed.into()) }
}

#[async_trait]
impl RecordingTranscriber for AssemblyAi {
    fn system(&self) -> SystemDescription {
        SystemDescription {
            key: "assemblyai".into(),
            name: format!("AssemblyAI at {}", self.service.host()),
            version: self.models.join(", "),
            vendor: "AssemblyAI".into(),
            local: false,
        }
    }

    async fn bring(&self, recording: &WholeRecording) -> Result<String, TranscribeError> {
        let fill = |request: remote::RequestBuilder| {
            let header = Bytes::from(wav::header(recording.bytes));
            // Said before, so that a sound that breaks off is not taken for a shorter one.
            let bytes = header.len() as u64 + recording.bytes;
            let sound = stream::once(async { Ok(header) }).chain((recording.open)());
            let request = request.header("content-type", "application/octet-stream");
            request.header("content-length", bytes).body(Body::wrap_stream(sound))
        };
        let answer = self.service.post("v2/upload", fill).await?;
        Ok(read::<Uploaded>(&answer)?.upload_url)
    }

    async fn order(&self, sound: &str, recording: &WholeRecording) -> Result<String, TranscribeError> {
        let order = json!({
            "audio_url": sound,
            "speech_models": self.models,
            "language_code": recording.language,
            "domain": "medical-v1",
            "punctuate": true,
            "format_text": true,
            "speaker_labels": true,
            // Somebody may come in whom nobody has entered; two who sound alike are not to become one.
            "speaker_options": {
                "min_speakers_expected": recording.people.max(1),
                "max_speakers_expected": recording.people.saturating_add(2),
            },
        });
        let answer = self.service.post("v2/transcript", |request| request.json(&order)).await?;
        Ok(read::<Ordered>(&answer)?.id)
    }

    async fn answer(&self, work: &str) -> Result<Option<PieceText>, TranscribeError> {
        answer::read(&self.service.get(&at(work)?).await?)
    }

    fn pause(&self) -> Duration {
        self.pause
    }

    async fn find(&self, sound: &str) -> Result<Option<String>, TranscribeError> {
        // Newest first, and most at once; what was ordered by a process that is gone is minutes old.
        let answer = self.service.get("v2/transcript?limit=200").await?;
        let listed: Listed = read(&answer)?;
        Ok(listed.transcripts.into_iter().find(|work| work.audio_url == sound).map(|work| work.id))
    }

    async fn remove(&self, work: &str) -> Result<(), TranscribeError> {
        match self.service.delete(&at(work)?).await {
            Ok(_) | Err(ServiceError::NotTaken(404)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
