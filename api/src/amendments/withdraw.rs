//! `POST /amendments/{id}/withdraw`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::amendments;
use shared::{AmendmentId, amendments::AmendmentView, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Says that whoever asked has taken the request back.
#[utoipa::path(
    operation_id = "withdraw_amendment",
    tag = "requests",
    params(("id" = AmendmentId, Path)),
    responses(
        (status = 200, description = "Withdrawn", body = AmendmentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/amendments/{id}/withdraw")]
pub async fn withdraw(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<AmendmentId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let request = app
        .act(who.actor, Event::of(Action::AmendmentWithdrawn, id), async |tx| {
            amendments::withdraw(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(request))
}
