//! `GET /audit/retention`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{
    audit::TrailRetention,
    errors::{ErrorCode, Problem},
};

use crate::{App, Refusal, extract::Require};

/// For how long the practice keeps its audit trail, and since when it holds everything. The practice sets the years
/// (`PATCH /practice`).
#[utoipa::path(
    operation_id = "load_audit_retention",
    tag = "audit",
    responses(
        (status = 200, description = "As it is now", body = TrailRetention),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/audit/retention")]
pub async fn retention(app: web::Data<App>, who: Require<perm::ReadAudit>) -> Result<HttpResponse, Refusal> {
    let retention = app
        .act(who.actor, Event::general(Action::AuditRead), async |tx| {
            let retention = access::load_trail_retention(tx, who.granted).await?;
            retention.ok_or(Refusal::from(ErrorCode::Unauthenticated))
        })
        .await?;
    Ok(HttpResponse::Ok().json(retention))
}
