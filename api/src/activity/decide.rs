//! `POST /activity-findings/{id}/decision`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::activity;
use shared::{ActivityFindingId, activity::DecideFinding, errors::Problem};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Decides about what somebody else did, with today's date and one's own name; once.
#[utoipa::path(
    operation_id = "decide_activity_finding",
    tag = "people",
    params(("id" = ActivityFindingId, Path)),
    request_body = DecideFinding,
    responses(
        (status = 204, description = "Decided"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`; `own_finding`: somebody else decides", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`conflict`: it is decided already", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[post("/activity-findings/{id}/decision")]
pub async fn decide(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<ActivityFindingId>,
    body: Body<DecideFinding>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(decision)) = (id.into_inner(), body);
    app.act(who.actor, Event::of(Action::ActivityFindingDecided, id), async |tx| {
        activity::decide(tx, who.granted, id, &decision).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
