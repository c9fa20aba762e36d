//! Whether a consent holds now.

use access::{AccessError, Tx};
use shared::{ClientId, EncounterId, consents::ConsentKind};

use super::store;
use crate::encounters;

/// Why a session may not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordingConsentError {
    /// The practice has no such session.
    #[error("the practice has no such session")]
    NotFound,
    /// A client in the room has no live consent to recording.
    #[error("a client in the session has no live consent to recording")]
    Missing,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Whether a client has a consent of this kind that holds now.
///
/// # Errors
/// The database fails.
pub async fn live(tx: &Tx, client_id: ClientId, kind: ConsentKind) -> Result<bool, AccessError> {
    Ok(store::live_among(tx, &[client_id], kind).await?.contains(&client_id))
}

/// Whether AI may work on the session: every client who was asked for `ai_processing` apart has a consent
/// of that kind that holds now. Whoever was not asked apart has agreed with the consent to recording,
/// whose wording names AI and its purpose; or nothing was recorded.
///
/// # Errors
/// The database fails.
pub async fn ai_holds(tx: &Tx, encounter_id: EncounterId) -> Result<bool, AccessError> {
    let clients = encounters::clients_of(tx, encounter_id).await?;
    let asked = store::asked_among(tx, &clients, ConsentKind::AiProcessing).await?;
    let agreed = store::live_among(tx, &clients, ConsentKind::AiProcessing).await?;
    Ok(asked.is_subset(&agreed))
}

/// Every client in the session has a live consent to recording. Called before any byte of a
/// recording is taken, and again before what was taken is used.
///
/// # Errors
/// [`RecordingConsentError`].
pub async fn require_live_recording(tx: &Tx, encounter_id: EncounterId) -> Result<(), RecordingConsentError> {
    let clients = encounters::clients_of(tx, encounter_id).await?;
    if clients.is_empty() {
        return Err(RecordingConsentError::NotFound);
    }
    let agreed = store::live_among(tx, &clients, ConsentKind::Recording).await?;
    if clients.iter().all(|client| agreed.contains(client)) {
        Ok(())
    } else {
        Err(RecordingConsentError::Missing)
    }
}
