//! Speech to text.

use shared::governance::AiPurpose;
use speech::{Piece, PieceText};

use super::{CallContext, Gateway, GatewayError, Governed};

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
        let sound: Vec<u8> = piece.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let input_hash = self.hash_input(call, &sound).await?;
        drop(sound);
        let (begun, engine) =
            self.begin(call, &self.transcribers, AiPurpose::Transcription, input_hash).await?;
        let result = engine.transcribe(piece).await;
        self.end(call, begun, result).await
    }
}
