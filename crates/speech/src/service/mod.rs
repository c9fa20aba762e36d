//! Speech to text by a service that speaks OpenAI's `/v1/audio/transcriptions`: whisper.cpp's server, speaches, vLLM, `OpenAI`
//! itself. The sound goes there, a piece at a time, as 16-bit WAV, which all of them take.

mod answer;

use async_trait::async_trait;
use remote::{Service, ServiceError, multipart};

use crate::{
    system::SystemDescription,
    transcriber::{Piece, PieceText, TranscribeError, Transcriber},
    wav,
};

/// A speech engine elsewhere.
#[derive(Debug)]
pub struct SpeechService {
    service: Service,
    model: String,
    run_by: String,
}

impl SpeechService {
    /// `model` as the service calls it; `run_by` is who runs the service, for people.
    pub fn new(service: Service, model: String, run_by: String) -> Self {
        Self { service, model, run_by }
    }

    fn form(&self, sound: &[u8], language: Option<&str>) -> multipart::Form {
        let file = multipart::Part::bytes(sound.to_vec()).file_name("piece.wav");
        // The type is constant and valid: the mistake that it could be cannot be made.
        let file =
            file.mime_str("audio/wav").unwrap_or_else(|_invalid| multipart::Part::bytes(sound.to_vec()));
        let form = multipart::Form::new()
            .part("file", file)
            .text("model", self.model.clone())
            .text("response_format", "verbose_json")
            .text("timestamp_granularities[]", "segment")
            .text("timestamp_granularities[]", "word")
            .text("temperature", "0")
            // whisper.cpp otherwise hears everything twice, to say how sure it is of the language.
            .text("no_language_probabilities", "true");
        match language {
            Some(language) => form.text("language", language.to_owned()),
            None => form,
        }
    }
}

#[async_trait]
impl Transcriber for SpeechService {
    fn system(&self) -> SystemDescription {
        SystemDescription {
            key: "speech-service".into(),
            name: format!("Speech to text at {}", self.service.host()),
            version: self.model.clone(),
            vendor: self.run_by.clone(),
            local: false,
        }
    }

    async fn transcribe(&self, piece: Piece) -> Result<PieceText, TranscribeError> {
        let milliseconds = piece.milliseconds();
        if milliseconds > 30_000 {
            return Err(TranscribeError::TooLong { milliseconds });
        }
        let sound = wav::file(&piece.samples);
        let language = piece.language.as_deref();
        let fill = |request: remote::RequestBuilder| request.multipart(self.form(&sound, language));
        let answer = self.service.post("audio/transcriptions", fill).await?;
        answer::read(&answer, milliseconds).ok_or(ServiceError::Malformed.into())
    }
}
