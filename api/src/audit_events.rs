//! `GET /audit/events`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{
    audit::{AuditEventView, AuditFilter},
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// The audit trail, newest first. Reading it is itself an event.
#[utoipa::path(
    tag = "audit",
    params(AuditFilter, PageQuery),
    responses(
        (status = 200, description = "As asked", body = Page<AuditEventView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/audit/events")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    filter: web::Query<AuditFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let events = app
        .act(who.actor, Event::general(Action::AuditRead), async |tx| {
            access::list_audit_events(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(events))
}
