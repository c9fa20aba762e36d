//! `POST /amendments/{id}/extend`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{AmendmentId, amendments::AmendmentView, errors::Problem, requests::ExtendRequest};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Extends the time to act by thirty days, once, if the person was told why before the first sixty were over
/// (45 CFR 164.526(b)(2)(ii)).
#[utoipa::path(
    operation_id = "extend_amendment",
    tag = "requests",
    params(("id" = AmendmentId, Path)),
    request_body = ExtendRequest,
    responses(
        (status = 200, description = "Extended", body = AmendmentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`, `request_extended`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/amendments/{id}/extend")]
pub async fn extend(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<AmendmentId>,
    body: Body<ExtendRequest>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::AmendmentExtended, id), async |tx| {
            amendments::extend(tx, who.granted, id, &given).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
