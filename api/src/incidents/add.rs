//! `POST /governance/incidents/{id}/entries`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use governance::incidents;
use shared::{
    IncidentId,
    errors::Problem,
    incidents::{IncidentEntry, IncidentView},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Adds to the timeline of an incident: what is known, counted, decided and done. Nothing of it is changed or removed later. A
/// decision and the end ask for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "add_incident_entry",
    tag = "incidents",
    params(("id" = IncidentId, Path)),
    request_body = IncidentEntry,
    responses(
        (status = 200, description = "Added", body = IncidentView),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`incident_closed`; of the end also `incident_unassessed`, `duties_open`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[post("/governance/incidents/{id}/entries")]
pub async fn add(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    id: web::Path<IncidentId>,
    body: Body<IncidentEntry>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(entry)) = (id.into_inner(), body);
    let incident = app
        .act(who.actor, Event::of(Action::IncidentContinued, id), async |tx| {
            let incident = incidents::add(tx, who.granted, id, &entry).await?;
            if matches!(entry, IncidentEntry::Assessed(_) | IncidentEntry::Closed(_)) {
                identity::fresh(tx).await?;
            }
            Ok::<_, Refusal>(incident)
        })
        .await?;
    Ok(HttpResponse::Ok().json(incident))
}
