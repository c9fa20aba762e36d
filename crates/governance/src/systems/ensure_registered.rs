//! Enters a system into the register, or brings its entry up to date.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::governance::{AiPurpose, AiSystemState, AiSystemView};

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
    /// Whether nothing of what goes in leaves this computer.
    pub local: bool,
}

impl From<speech::SystemDescription> for Description {
    fn from(system: speech::SystemDescription) -> Self {
        let speech::SystemDescription { key, name, version, vendor, local } = system;
        Self { key, name, version, vendor, local }
    }
}

impl From<llm::SystemDescription> for Description {
    fn from(system: llm::SystemDescription) -> Self {
        let llm::SystemDescription { key, name, version, vendor, local } = system;
        Self { key, name, version, vendor, local }
    }
}

/// Enters a system, or brings its entry up to date. A new one of this computer is live; one elsewhere waits until somebody
/// switches it on, and does so again when it is at another place or run by somebody else, with whom there is no agreement.
///
/// # Errors
/// The database fails; two first uses at once: the second fails and changes nothing.
pub async fn ensure_registered(
    tx: &mut Tx,
    system: &Description,
    purpose: AiPurpose,
) -> Result<AiSystemView, AccessError> {
    let Some(mut known) = store::find_by_key(tx, &system.key).await? else {
        let state = if system.local { AiSystemState::Live } else { AiSystemState::Off };
        let view = AiSystemView {
            id: tx.new_id(),
            key: system.key.clone(),
            name: system.name.clone(),
            version: system.version.clone(),
            vendor: system.vendor.clone(),
            purpose,
            state,
            local: system.local,
            chosen: false,
            agreement_on: None,
            agreement_until: None,
            pinned_version: None,
            monthly_budget_micro_usd: None,
            spent_micro_usd: 0,
            own: None,
            updated_at: tx.now(),
        };
        store::insert(tx, &view, None).await?;
        tx.record(Event::of(Action::AiSystemRegistered, view.id));
        return Ok(view);
    };
    let moved = known.name != system.name || known.vendor != system.vendor;
    if moved || known.version != system.version {
        store::update_version(tx, known.id, system).await?;
        known.version.clone_from(&system.version);
        tx.record(Event::of(Action::AiSystemRegistered, known.id));
    }
    if moved && !system.local {
        known.state = AiSystemState::Off;
        (known.agreement_on, known.agreement_until) = (None, None);
        store::update_terms(tx, &known).await?;
    }
    Ok(known)
}
