//! `GET /governance/incidents/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use governance::incidents;
use shared::{IncidentId, errors::Problem, incidents::IncidentView};

use crate::{App, Refusal, extract::Require};

/// An incident with its timeline, and what has to be done by which day.
#[utoipa::path(
    operation_id = "load_incident",
    tag = "incidents",
    params(("id" = IncidentId, Path)),
    responses(
        (status = 200, description = "Found", body = IncidentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[get("/governance/incidents/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    id: web::Path<IncidentId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let incident = app
        .act(who.actor, Event::of(Action::IncidentRead, id), async |tx| {
            incidents::load(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(incident))
}
