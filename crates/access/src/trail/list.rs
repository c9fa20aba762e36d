//! Reading the audit trail.

use audit::{Action, Event};
use entities::audit_events::{Column, Entity, Model};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::{
    AuditEventId,
    audit::{AuditEventView, AuditFilter},
    page::{Page, PageQuery},
};

use super::filter::narrowed;
use crate::{AccessError, Granted, Tx, perm};

/// A page of events, newest first. Reading the trail is itself an event.
///
/// # Errors
/// The database fails.
pub async fn list_audit_events(
    tx: &mut Tx,
    _granted: Granted<perm::ReadAudit>,
    filter: &AuditFilter,
    query: &PageQuery,
) -> Result<Page<AuditEventView>, AccessError> {
    let newest_first = tx.find::<Entity>().order_by_desc(Column::Id).limit(query.rows() + 1);
    let mut select = narrowed(newest_first, filter);
    if let Some(after) = query.cursor.as_deref().and_then(|cursor| cursor.parse::<AuditEventId>().ok()) {
        select = select.filter(Column::Id.lt(after));
    }
    let rows = tx.all(select).await?;
    tx.record(Event::general(Action::AuditRead));
    Ok(Page::from_overfull(rows, query.rows(), |row| row.id.to_string()).map(view))
}

pub(super) fn view(row: Model) -> AuditEventView {
    AuditEventView {
        id: row.id,
        at: row.at,
        action: row.action,
        user_id: row.user_id,
        actor: row.actor,
        client_id: row.client_id,
        subject: row.subject,
        subject_id: row.subject_id,
        outcome: row.outcome,
        request_id: row.request_id,
        detail: row.detail,
        emergency_id: row.emergency_id,
        network: row.network,
        role: row.role,
        purpose: row.purpose,
        session_id: row.session_id,
    }
}
