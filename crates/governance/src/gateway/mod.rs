//! The gateway: the only door to a model.

mod call;
mod draft;
mod engines;
mod error;
mod governed;
mod judge;
mod relay;
mod separate_speakers;
mod transcribe;
mod whole;

use std::{collections::BTreeMap, sync::Arc};

use access::{AccessError, Database, Granted, Tx, perm};
use llm::{ChatRelay, Completer};
use shared::governance::{AiPurpose, AiSystemView};
use speech::SpeakerSeparator;

use crate::{ledger::Prices, systems};

pub use call::CallContext;
pub use draft::Said;
pub use engines::{Engine, Engines, SpeechEngine};
pub use error::GatewayError;
pub use governed::Governed;
pub use judge::Judge;
pub use relay::Answering;
pub use separate_speakers::{HeardPiece, Line, Voice, Voices, by_turns, one_voice, told_apart};
pub use whole::{Hearing, Listening};

/// The engines behind the gateway, and the rules in front of them. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    database: Database,
    transcribers: Engines<SpeechEngine>,
    separators: Engines<dyn SpeakerSeparator>,
    completers: Engines<dyn Completer>,
    prices: Arc<BTreeMap<String, Prices>>,
    relay: Option<ChatRelay>,
}

impl Gateway {
    /// Puts the rules in front of these engines. Nothing is loaded or called.
    pub fn new(
        database: Database,
        transcribers: Engines<SpeechEngine>,
        separators: Engines<dyn SpeakerSeparator>,
        completers: Engines<dyn Completer>,
    ) -> Self {
        Self { database, transcribers, separators, completers, prices: Arc::default(), relay: None }
    }

    /// With what engines cost, by the keys of their systems.
    #[must_use]
    pub fn priced(mut self, prices: BTreeMap<String, Prices>) -> Self {
        self.prices = Arc::new(prices);
        self
    }

    /// With a way to systems of practices' own.
    #[must_use]
    pub fn relaying(mut self, relay: ChatRelay) -> Self {
        self.relay = Some(relay);
        self
    }

    /// Whether a system of a practice's own at this address could be asked, as far as its text tells.
    pub fn admits(&self, address: &str) -> bool {
        self.relay.as_ref().is_some_and(|relay| relay.admits(address))
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
        self.register(tx).await?;
        systems::list(tx, granted).await
    }

    /// Enters all engines into the register of the practice.
    ///
    /// # Errors
    /// The database fails.
    pub async fn register(&self, tx: &mut Tx) -> Result<(), AccessError> {
        self.transcribers.register(tx, AiPurpose::Transcription).await?;
        self.separators.register(tx, AiPurpose::Speakers).await?;
        self.completers.register(tx, AiPurpose::Drafting).await
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gateway")
    }
}
