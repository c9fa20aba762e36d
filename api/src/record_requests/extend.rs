//! `POST /record-requests/{id}/extend`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{RecordRequestId, errors::Problem, record_requests::RecordRequestView, requests::ExtendRequest};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Extends the time to answer by thirty days, once, if the person was told why before the first thirty were over
/// (45 CFR 164.524(b)(2)(ii)).
#[utoipa::path(
    operation_id = "extend_record_request",
    tag = "requests",
    params(("id" = RecordRequestId, Path)),
    request_body = ExtendRequest,
    responses(
        (status = 200, description = "Extended", body = RecordRequestView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`, `request_extended`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/record-requests/{id}/extend")]
pub async fn extend(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<RecordRequestId>,
    body: Body<ExtendRequest>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::RecordRequestExtended, id), async |tx| {
            record_requests::extend(tx, who.granted, id, &given).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
