//! `POST /amendments/{id}/deny`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{
    AmendmentId,
    amendments::{AmendmentView, DenyAmendment},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Denies a request on a ground that 45 CFR 164.526(a)(2) names, with what the person was told.
#[utoipa::path(
    operation_id = "deny_amendment",
    tag = "requests",
    params(("id" = AmendmentId, Path)),
    request_body = DenyAmendment,
    responses(
        (status = 200, description = "Denied", body = AmendmentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/amendments/{id}/deny")]
pub async fn deny(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<AmendmentId>,
    body: Body<DenyAmendment>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::AmendmentDenied, id), async |tx| {
            amendments::deny(tx, who.granted, id, &given).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
