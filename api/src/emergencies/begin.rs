//! `POST /clients/{id}/emergency-access`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::clients;
use identity::emergencies;
use shared::{
    ClientId,
    emergencies::{BeginEmergency, EmergencyView},
    errors::{ErrorCode, Problem},
};

use super::begin_unseen;
use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Opens one client to oneself for an hour, with a reason and a second factor shown within five minutes. The
/// owners and the privacy contact are told at once. Sent again while it goes on, it opens nothing new.
#[utoipa::path(
    operation_id = "begin_emergency_access",
    tag = "emergency",
    params(("id" = ClientId, Path)),
    request_body = BeginEmergency,
    responses(
        (status = 200, description = "Open until `expires_at`", body = EmergencyView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`emergency_not_needed`: one sees this client anyway", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.break_glass")))
)]
#[post("/clients/{id}/emergency-access")]
pub async fn begin(
    app: web::Data<App>,
    who: Require<perm::BreakGlass>,
    id: web::Path<ClientId>,
    body: Body<BeginEmergency>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(request)) = (id.into_inner(), body);
    let tx = begin_unseen(&app, &who.actor).await?;
    let is_there = clients::is_visible(&tx, id).await;
    tx.end().await?;
    let is_there = is_there?;
    let base_url = app.config.server.base_url.trim_end_matches('/');
    let emergency = app
        .act(who.actor, Event::of(Action::EmergencyBegun, id), async |tx| {
            if !is_there {
                return Err(Refusal::new(ErrorCode::NotFound));
            }
            let seen = clients::is_visible(tx, id).await?;
            Ok(emergencies::begin(tx, who.granted, id, seen, &request, base_url).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(emergency))
}
