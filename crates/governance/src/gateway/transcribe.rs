//! Speech to text.

use shared::governance::AiPurpose;
use speech::{Piece, PieceText};

use super::{CallContext, Gateway, GatewayError, Governed, SpeechEngine};
use crate::ledger::Usage;

impl Gateway {
    /// The text of a piece of a recording, with times from the start of the piece.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn transcribe(
        &self,
        call: &CallContext,
        piece: Piece,
    ) -> Result<Governed<PieceText>, GatewayError> {
        let usage = Usage { sound_ms: Some(piece.milliseconds()), ..Usage::default() };
        let sound: Vec<u8> = piece.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let input_hash = self.hash_input(call, &sound).await?;
        drop(sound);
        let (begun, engine) =
            self.begin(call, &self.transcribers, AiPurpose::Transcription, input_hash).await?;
        let result = match &*engine {
            SpeechEngine::Pieces(engine) => self.while_allowed(call, &begun, engine.transcribe(piece)).await,
            // The practice has chosen another since this recording was begun; the job comes back, and begins with that.
            SpeechEngine::Recordings(_) => Err(GatewayError::Engine),
        };
        self.end(call, begun, result.map(|text| (text, usage))).await
    }
}
