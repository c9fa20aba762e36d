//! `GET /amendments`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{
    amendments::AmendmentView,
    errors::Problem,
    page::{Page, PageQuery},
    requests::RequestFilter,
};

use crate::{App, Refusal, extract::Require};

/// Requests that records be changed with their clock: those that wait, the first due first; or those that were settled.
#[utoipa::path(
    operation_id = "list_amendments",
    tag = "requests",
    params(RequestFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<AmendmentView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[get("/amendments")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    filter: web::Query<RequestFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let requests = app
        .act(who.actor, Event::general(Action::AmendmentsListed), async |tx| {
            amendments::list(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(requests))
}
