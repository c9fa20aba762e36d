//! Enters a system into the register, or brings its entry up to date.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{
    AiSystemId,
    governance::{AiPurpose, AiSystemState, AiSystemView},
};

use super::store;

/// How an engine introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Stable key, e.g. `local-whisper`.
    pub key: String,
    /// Name shown.
    pub name: String,
    /// Version, with the model.
    pub version: String,
    /// Who runs it.
    pub vendor: String,
}

impl From<speech::SystemDescription> for Description {
    fn from(system: speech::SystemDescription) -> Self {
        Self { key: system.key, name: system.name, version: system.version, vendor: system.vendor }
    }
}

impl From<llm::SystemDescription> for Description {
    fn from(system: llm::SystemDescription) -> Self {
        Self { key: system.key, name: system.name, version: system.version, vendor: system.vendor }
    }
}

/// An entry of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// Its id.
    pub id: AiSystemId,
    /// Whether it may be called.
    pub state: AiSystemState,
}

/// Enters a system as live, or brings the version of its entry up to date.
///
/// # Errors
/// The database fails; two first uses at once: the second fails and changes nothing.
pub async fn ensure_registered(
    tx: &mut Tx,
    system: &Description,
    purpose: AiPurpose,
) -> Result<Registered, AccessError> {
    if let Some(known) = store::find_by_key(tx, &system.key).await? {
        if known.version != system.version || known.name != system.name {
            store::update_version(tx, known.id, system).await?;
            tx.record(Event::of(Action::AiSystemRegistered, known.id));
        }
        return Ok(Registered { id: known.id, state: known.state });
    }
    let view = AiSystemView {
        id: tx.new_id(),
        key: system.key.clone(),
        name: system.name.clone(),
        version: system.version.clone(),
        vendor: system.vendor.clone(),
        purpose,
        state: AiSystemState::Live,
        updated_at: tx.now(),
    };
    store::insert(tx, &view).await?;
    tx.record(Event::of(Action::AiSystemRegistered, view.id));
    Ok(Registered { id: view.id, state: view.state })
}
