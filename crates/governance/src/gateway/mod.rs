//! The gateway: the only door to a model.

mod call;
mod draft;
mod error;
mod governed;
mod separate_speakers;
mod transcribe;

use std::sync::Arc;

use access::{AccessError, Database, Granted, Tx, perm};
use llm::Completer;
use shared::governance::{AiPurpose, AiSystemView};
use speech::{SpeakerSeparator, Transcriber};

use crate::systems;

pub use call::CallContext;
pub use draft::Said;
pub use error::GatewayError;
pub use governed::Governed;
pub use separate_speakers::{HeardPiece, Line, Voice, Voices, one_voice};

/// The engines behind the gateway, and the rules in front of them. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    database: Database,
    transcriber: Arc<dyn Transcriber>,
    separator: Arc<dyn SpeakerSeparator>,
    completer: Arc<dyn Completer>,
}

impl Gateway {
    /// Puts the rules in front of these engines. Nothing is loaded or called.
    pub fn new(
        database: Database,
        transcriber: Arc<dyn Transcriber>,
        separator: Arc<dyn SpeakerSeparator>,
        completer: Arc<dyn Completer>,
    ) -> Self {
        Self { database, transcriber, separator, completer }
    }

    /// The register of the practice, in which these engines stand from now on.
    ///
    /// # Errors
    /// The database fails.
    pub async fn systems(
        &self,
        tx: &mut Tx,
        granted: Granted<perm::ReadGovernance>,
    ) -> Result<Vec<AiSystemView>, AccessError> {
        let engines = [
            (self.transcriber.system().into(), AiPurpose::Transcription),
            (self.separator.system().into(), AiPurpose::Speakers),
            (self.completer.system().into(), AiPurpose::Drafting),
        ];
        for (description, purpose) in engines {
            systems::ensure_registered(tx, &description, purpose).await?;
        }
        systems::list(tx, granted).await
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gateway")
    }
}
