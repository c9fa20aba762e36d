//! `POST /governance/incidents`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use governance::incidents;
use shared::{
    IncidentId,
    errors::Problem,
    incidents::{IncidentView, NewIncident},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Opens a suspected event. From then on the clocks run: a breach is presumed until somebody decides that it is none.
#[utoipa::path(
    operation_id = "open_incident",
    tag = "incidents",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewIncident,
    responses(
        (status = 201, description = "Opened", body = IncidentView),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[post("/governance/incidents")]
pub async fn open(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    idempotency: Idempotency,
    body: Body<NewIncident>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /governance/incidents", &new)?;
    let incident = app
        .act(who.actor, Event::general(Action::IncidentOpened), async |tx| {
            if let Some(id) = once::earlier::<IncidentId>(tx, key.as_ref()).await? {
                return Ok::<_, Refusal>(incidents::load(tx, who.granted, id).await?);
            }
            let incident = incidents::open(tx, who.granted, &new).await?;
            once::remember(tx, key.as_ref(), incident.id).await?;
            Ok(incident)
        })
        .await?;
    Ok(HttpResponse::Created().json(incident))
}
