//! `POST /record-requests/{id}/withdraw`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{RecordRequestId, errors::Problem, record_requests::RecordRequestView};

use crate::{App, Refusal, extract::Require};

/// Says that whoever asked has taken the request back.
#[utoipa::path(
    operation_id = "withdraw_record_request",
    tag = "requests",
    params(("id" = RecordRequestId, Path)),
    responses(
        (status = 200, description = "Withdrawn", body = RecordRequestView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/record-requests/{id}/withdraw")]
pub async fn withdraw(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<RecordRequestId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let request = app
        .act(who.actor, Event::of(Action::RecordRequestWithdrawn, id), async |tx| {
            record_requests::withdraw(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
