//! `POST /emergency-access/{id}/end`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::emergencies;
use shared::{EmergencyAccessId, emergencies::EmergencyView, errors::Problem};

use crate::{App, Refusal, extract::Anyone};

/// Ends one's own emergency access before its hour is over.
#[utoipa::path(
    operation_id = "end_emergency_access",
    tag = "emergency",
    params(("id" = EmergencyAccessId, Path)),
    responses(
        (status = 200, description = "Ended", body = EmergencyView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`emergency_settled`: it has ended before", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/emergency-access/{id}/end")]
pub async fn end(
    app: web::Data<App>,
    who: Anyone,
    id: web::Path<EmergencyAccessId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let attempt = Event::of(Action::EmergencyEnded, id);
    let ended = app.act(who.actor, attempt, async |tx| emergencies::end(tx, id).await).await?;
    Ok(HttpResponse::Ok().json(ended))
}
