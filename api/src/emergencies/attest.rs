//! `POST /emergency-access/{id}/attestation`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::emergencies;
use shared::{
    EmergencyAccessId,
    emergencies::{Attest, EmergencyView},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Anyone, Body},
};

/// Says what was done under one's own emergency access. Once: what was said stays.
#[utoipa::path(
    operation_id = "attest_emergency_access",
    tag = "emergency",
    params(("id" = EmergencyAccessId, Path)),
    request_body = Attest,
    responses(
        (status = 200, description = "Attested", body = EmergencyView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`emergency_settled`: attested before", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/emergency-access/{id}/attestation")]
pub async fn attest(
    app: web::Data<App>,
    who: Anyone,
    id: web::Path<EmergencyAccessId>,
    body: Body<Attest>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(said)) = (id.into_inner(), body);
    let attempt = Event::of(Action::EmergencyAttested, id);
    let attested =
        app.act(who.actor, attempt, async |tx| emergencies::attest(tx, id, said.text.reveal()).await).await?;
    Ok(HttpResponse::Ok().json(attested))
}
