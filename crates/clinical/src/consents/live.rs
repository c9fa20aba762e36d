//! Whether a consent holds now.

use access::{AccessError, Tx};
use shared::{
    ClientId, EncounterId,
    consents::{ConsentKind, Standing, Standings},
};

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

/// How far the clients in a session agree now to what concerns AI. Whether that is enough is decided where AI is called.
///
/// # Errors
/// The database fails.
pub async fn standings(tx: &Tx, encounter_id: EncounterId) -> Result<Standings, AccessError> {
    standings_of(tx, &encounters::clients_of(tx, encounter_id).await?).await
}

/// How far these clients agree now, all of them; of nobody, nobody was asked.
///
/// # Errors
/// The database fails.
pub async fn standings_of(tx: &Tx, clients: &[ClientId]) -> Result<Standings, AccessError> {
    let given = store::given_among(tx, clients).await?;
    let of = |kind| {
        let of_client = |client: &ClientId| {
            let all = given.iter().filter(|one| one.client_id == *client && one.kind == kind);
            all.map(|one| one.standing).max().unwrap_or(Standing::NeverAsked)
        };
        clients.iter().map(of_client).min().unwrap_or(Standing::NeverAsked)
    };
    Ok(Standings { recording: of(ConsentKind::Recording), ai: of(ConsentKind::AiProcessing) })
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
