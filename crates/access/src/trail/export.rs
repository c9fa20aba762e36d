//! Taking the trail away, page by page.

use audit::{Row, TrailKey};
use entities::audit_events::{Column, Entity};
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use shared::{
    AuditEventId,
    audit::{AuditFilter, ExportedEvent},
};

use super::{filter::narrowed, list::view};
use crate::{AccessError, Granted, Tx, perm};

/// The next events that a filter means, the oldest first, each with its code. That they are taken away is recorded by
/// whoever asks, once.
///
/// # Errors
/// The database fails.
pub async fn export_audit_events(
    tx: &Tx,
    _granted: Granted<perm::ReadAudit>,
    filter: &AuditFilter,
    after: Option<AuditEventId>,
    most: u64,
) -> Result<Vec<ExportedEvent>, AccessError> {
    let mut select = narrowed(tx.find::<Entity>(), filter).order_by_asc(Column::Id).limit(most);
    if let Some(id) = after {
        select = select.filter(Column::Id.gt(id));
    }
    let rows = tx.all(select).await?;
    let exported = |mut row: entities::audit_events::Model| {
        let code = row.mac.take().map(hex::encode);
        ExportedEvent { event: view(row), code }
    };
    Ok(rows.into_iter().map(exported).collect())
}

/// Whether an event that was taken away carries the code that the server wrote with it.
pub fn is_own(key: &TrailKey, exported: &ExportedEvent) -> bool {
    let Some(Ok(code)) = exported.code.as_ref().map(hex::decode) else { return false };
    let event = &exported.event;
    let row = Row {
        id: event.id.0,
        at: event.at.timestamp_micros(),
        action: &event.action,
        user_id: event.user_id.map(|id| id.0),
        actor: &event.actor,
        client_id: event.client_id.map(|id| id.0),
        subject: &event.subject,
        subject_id: event.subject_id,
        outcome: &event.outcome,
        request_id: &event.request_id,
        detail: event.detail.as_deref(),
        network: event.network.as_deref(),
        role: event.role.as_deref(),
        purpose: event.purpose.as_deref(),
        session_id: event.session_id.map(|id| id.0),
        emergency_id: event.emergency_id.map(|id| id.0),
        mac: Some(&code),
    };
    key.is_sealed(&row, &mut Vec::with_capacity(512))
}
