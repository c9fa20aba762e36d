//! `POST /record-requests/{id}/deny`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{
    RecordRequestId,
    errors::Problem,
    record_requests::{DenyRecordRequest, RecordRequestView},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Denies a request on a ground that 45 CFR 164.524(a) names, with what the person was told.
#[utoipa::path(
    operation_id = "deny_record_request",
    tag = "requests",
    params(("id" = RecordRequestId, Path)),
    request_body = DenyRecordRequest,
    responses(
        (status = 200, description = "Denied", body = RecordRequestView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/record-requests/{id}/deny")]
pub async fn deny(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<RecordRequestId>,
    body: Body<DenyRecordRequest>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::RecordRequestDenied, id), async |tx| {
            record_requests::deny(tx, who.granted, id, &given).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
