//! `GET /record-requests`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    record_requests::RecordRequestView,
    requests::RequestFilter,
};

use crate::{App, Refusal, extract::Require};

/// Requests for records with their clock: those that wait, the first due first; or those that were settled.
#[utoipa::path(
    operation_id = "list_record_requests",
    tag = "requests",
    params(RequestFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<RecordRequestView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[get("/record-requests")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    filter: web::Query<RequestFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let requests = app
        .act(who.actor, Event::general(Action::RecordRequestsListed), async |tx| {
            record_requests::list(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(requests))
}
