//! `POST /legal-holds/{id}/release`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::legal_holds;
use shared::{
    LegalHoldId,
    errors::Problem,
    legal_holds::{LegalHoldView, ReleaseLegalHold},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Releases a legal hold. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "release_legal_hold",
    tag = "retention",
    params(("id" = LegalHoldId, Path)),
    request_body = ReleaseLegalHold,
    responses(
        (status = 200, description = "Released", body = LegalHoldView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`hold_released`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[post("/legal-holds/{id}/release")]
pub async fn release(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    id: web::Path<LegalHoldId>,
    body: Body<ReleaseLegalHold>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(given)) = (id.into_inner(), body);
    let hold = app
        .act(who.actor, Event::of(Action::LegalHoldReleased, id), async |tx| {
            let hold = legal_holds::release(tx, who.granted, id, &given).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(hold)
        })
        .await?;
    Ok(HttpResponse::Ok().json(hold))
}
