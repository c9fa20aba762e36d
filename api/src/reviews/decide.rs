//! `POST /access-reviews/{id}`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::reviews;
use shared::{UserId, errors::Problem, reviews::Review};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Decides whether somebody keeps their access, with today's date and one's own name. `remove` deactivates
/// them, which ends every sign-in of theirs here at once.
#[utoipa::path(
    operation_id = "review_access",
    tag = "people",
    params(("id" = UserId, Path, description = "The person")),
    request_body = Review,
    responses(
        (status = 204, description = "Decided"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: only an owner ends an owner's access; `step_up_required` to remove", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`own_role`: nobody decides about themselves; `last_owner`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[post("/access-reviews/{id}")]
pub async fn decide(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<UserId>,
    body: Body<Review>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(review)) = (id.into_inner(), body);
    app.act(who.actor, Event::of(Action::AccessReviewed, id), async |tx| {
        reviews::decide(tx, who.granted, id, &review).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
