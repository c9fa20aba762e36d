//! `POST /emergency-access/{id}/decision`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::emergencies;
use shared::{
    EmergencyAccessId,
    emergencies::{DecideEmergency, EmergencyView},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Decides whether somebody else's emergency access was justified. Once, and when it is over.
#[utoipa::path(
    operation_id = "decide_emergency_access",
    tag = "emergency",
    params(("id" = EmergencyAccessId, Path)),
    request_body = DecideEmergency,
    responses(
        (status = 200, description = "Decided", body = EmergencyView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `own_emergency`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`emergency_settled`: decided before, or it still goes on", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[post("/emergency-access/{id}/decision")]
pub async fn decide(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    id: web::Path<EmergencyAccessId>,
    body: Body<DecideEmergency>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(decision)) = (id.into_inner(), body);
    let decided = app
        .act(who.actor, Event::of(Action::EmergencyDecided, id), async |tx| {
            emergencies::decide(tx, who.granted, id, &decision).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(decided))
}
