//! `POST /amendments/{id}/accept`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{
    AmendmentId,
    amendments::{AcceptAmendment, AmendmentView},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Says what was changed. About a signed note, this is added to it under the name of whoever accepts, who may sign alone;
/// the note stays as it was signed.
#[utoipa::path(
    operation_id = "accept_amendment",
    tag = "requests",
    params(("id" = AmendmentId, Path)),
    request_body = AcceptAmendment,
    responses(
        (status = 200, description = "Accepted", body = AmendmentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/amendments/{id}/accept")]
pub async fn accept(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<AmendmentId>,
    body: Body<AcceptAmendment>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let request = app
        .act(who.actor, Event::of(Action::AmendmentAccepted, id), async |tx| {
            let name = identity::load_me(tx).await?.user.name;
            Ok::<_, Refusal>(amendments::accept(tx, who.granted, id, &given, name).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
