//! `POST /clients/{id}/record-requests`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{
    ClientId, RecordRequestId,
    errors::Problem,
    record_requests::{NewRecordRequest, RecordRequestView},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Writes down that a client, or somebody for them, has asked for their records. It is due thirty days after it came.
#[utoipa::path(
    operation_id = "receive_record_request",
    tag = "requests",
    params(("id" = ClientId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewRecordRequest,
    responses(
        (status = 201, description = "Created", body = RecordRequestView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/clients/{id}/record-requests")]
pub async fn receive(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<ClientId>,
    idempotency: Idempotency,
    body: Body<NewRecordRequest>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, Body(new)) = (id.into_inner(), body);
    let key = idempotency.key(&format!("POST /clients/{client_id}/record-requests"), &new)?;
    let attempt = Event::general(Action::RecordRequestReceived).about(client_id);
    let request = app
        .act(who.actor, attempt, async |tx| {
            if let Some(id) = once::earlier::<RecordRequestId>(tx, key.as_ref()).await? {
                return Ok::<_, Refusal>(record_requests::load(tx, who.granted, id).await?);
            }
            let request = record_requests::receive(tx, who.granted, client_id, &new).await?;
            once::remember(tx, key.as_ref(), request.id).await?;
            Ok(request)
        })
        .await?;
    Ok(HttpResponse::Created().json(request))
}
