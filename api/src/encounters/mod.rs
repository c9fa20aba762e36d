//! Sessions.

pub mod create;
pub mod edit;
pub mod list;
pub mod load;

use access::{Tx, perm};
use scribe::{recordings, uploads};
use shared::encounters::EncounterView;

use crate::Refusal;

/// Sessions do not know that they are recorded; here both come together, for who may hear them.
pub(crate) async fn add_recordings(tx: &Tx, encounters: &mut [EncounterView]) -> Result<(), Refusal> {
    if tx.actor().require::<perm::ReadRecordings>().is_err() {
        return Ok(());
    }
    let ids: Vec<_> = encounters.iter().map(|encounter| encounter.id).collect();
    let mut recordings = recordings::of_encounters(tx, &ids).await?;
    for encounter in encounters {
        encounter.recording = recordings.remove(&encounter.id);
    }
    Ok(())
}

async fn with_recording(mut encounter: EncounterView, tx: &Tx) -> Result<EncounterView, Refusal> {
    add_recordings(tx, std::slice::from_mut(&mut encounter)).await?;
    if encounter.recording.is_none() && tx.actor().require::<perm::ReadRecordings>().is_ok() {
        encounter.arriving = uploads::arriving(tx, encounter.id).await?;
    }
    Ok(encounter)
}
