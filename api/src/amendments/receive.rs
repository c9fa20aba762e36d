//! `POST /clients/{id}/amendments`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{
    AmendmentId, ClientId,
    amendments::{AmendmentView, NewAmendment},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Writes down that a client asks for their record to be changed. It is due sixty days after it came (45 CFR 164.526).
#[utoipa::path(
    operation_id = "receive_amendment",
    tag = "requests",
    params(("id" = ClientId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewAmendment,
    responses(
        (status = 201, description = "Created", body = AmendmentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: no such client, or no such note in their chart", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/clients/{id}/amendments")]
pub async fn receive(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<ClientId>,
    idempotency: Idempotency,
    body: Body<NewAmendment>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, Body(new)) = (id.into_inner(), body);
    let key = idempotency.key(&format!("POST /clients/{client_id}/amendments"), &new)?;
    let attempt = Event::general(Action::AmendmentReceived).about(client_id);
    let request = app
        .act(who.actor, attempt, async |tx| {
            if let Some(id) = once::earlier::<AmendmentId>(tx, key.as_ref()).await? {
                return Ok::<_, Refusal>(amendments::load(tx, who.granted, id).await?);
            }
            let request = amendments::receive(tx, who.granted, client_id, &new).await?;
            once::remember(tx, key.as_ref(), request.id).await?;
            Ok(request)
        })
        .await?;
    Ok(HttpResponse::Created().json(request))
}
