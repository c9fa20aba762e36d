//! `POST /audit/verify`

use std::time::Duration;

use access::perm;
use actix_web::{HttpRequest, HttpResponse, post, web};
use audit::{Action, Event};
use shared::{audit::TrailReport, errors::Problem};
use tokio::time::Instant;

use super::anchors;
use crate::{App, Refusal, extract::Require, middleware::count, rate_limits::Class};

/// A trail of some million events is read in this time. Of a longer one, the answer says that it is not of all;
/// `mindscribe-api verify-audit` has no limit.
const PATIENCE: Duration = Duration::from_secs(25);

/// Compares the whole trail with its chain, and the chain with its anchors in the object store. Verifying is itself an
/// event.
#[utoipa::path(
    operation_id = "verify_audit",
    tag = "audit",
    responses(
        (status = 200, description = "What was found", body = TrailReport),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[post("/audit/verify")]
pub async fn verify(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    count(&request, Class::Verification, Some(&who.actor)).await?;
    let practice = who.actor.practice_id();
    let anchors =
        anchors::read(&app.anchors, &app.database.trail_key(practice)).await.map_err(Refusal::failed)?;
    let deadline = Instant::now() + PATIENCE;
    let verified = app.database.verify_trail(practice, anchors, None, Some(deadline)).await?;
    app.record(who.actor, Event::general(Action::AuditVerified)).await?;
    Ok(HttpResponse::Ok().json(verified.report))
}
