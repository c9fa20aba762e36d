//! The door to whatever writes drafts: this computer, or a service.

use async_trait::async_trait;
use remote::ServiceError;

use crate::{draft::Draft, turn::DraftRequest};

/// What a system is, for the register of systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemDescription {
    /// Stable key, e.g. `local-extract`.
    pub key: String,
    /// Name shown.
    pub name: String,
    /// Its version; a draft can be repeated with the same one.
    pub version: String,
    /// Who runs it.
    pub vendor: String,
    /// Whether nothing leaves this computer.
    pub local: bool,
}

/// Why there is no draft. Never carries what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There is not one word in the turns.
    #[error("nothing was said")]
    NothingSaid,
    /// The answer ends in the middle.
    #[error("the answer was cut off")]
    CutOff,
    /// The model does not answer to this.
    #[error("the model does not answer to this")]
    Refused,
    /// The service did not answer as it should.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Writes a draft from what was said.
#[async_trait]
pub trait Completer: Send + Sync {
    /// What this is.
    fn system(&self) -> SystemDescription;

    /// Drafts a note.
    ///
    /// # Errors
    /// [`DraftError`].
    async fn draft(&self, request: DraftRequest) -> Result<Draft, DraftError>;
}
