//! `POST /record-requests/{id}/fulfil`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{
    RecordRequestId,
    errors::Problem,
    record_requests::{FulfilRecordRequest, RecordRequestView},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Says that the records were handed over, with a second factor shown a moment ago.
#[utoipa::path(
    operation_id = "fulfil_record_request",
    tag = "requests",
    params(("id" = RecordRequestId, Path)),
    request_body = FulfilRecordRequest,
    responses(
        (status = 200, description = "Fulfilled", body = RecordRequestView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/record-requests/{id}/fulfil")]
pub async fn fulfil(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<RecordRequestId>,
    body: Body<FulfilRecordRequest>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::RecordRequestFulfilled, id), async |tx| {
            // Somebody who does not see it learns that first; without the factor nothing of this is kept.
            let fulfilled = record_requests::fulfil(tx, who.granted, id, &given).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(fulfilled)
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
