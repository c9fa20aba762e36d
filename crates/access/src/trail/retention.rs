//! For how long the trail is kept.

use audit::{Action, Event};
use entities::practices;
use sea_orm::EntityTrait as _;
use shared::audit::TrailRetention;

use super::{cuts, shorten::is_held};
use crate::{AccessError, Granted, Tx, perm};

/// For how long the practice keeps its trail, and since when it holds everything.
///
/// # Errors
/// The database fails.
pub async fn load_trail_retention(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
) -> Result<Option<TrailRetention>, AccessError> {
    let practice_id = tx.practice_id();
    let Some(practice) = tx.one(practices::Entity::find_by_id(practice_id)).await? else { return Ok(None) };
    let key = tx.database().trail_key(practice_id);
    let cut = cuts::newest(tx.connection(), practice_id, &key).await?;
    let held = is_held(tx.connection(), practice_id).await?;
    tx.record(Event::general(Action::AuditRead));
    Ok(Some(TrailRetention {
        years: practice.audit_years,
        kept_since: cut.as_ref().map_or(practice.created_at, |cut| cut.kept_from),
        removed: cut.map_or(0, |cut| cut.total.unsigned_abs()),
        held,
    }))
}
