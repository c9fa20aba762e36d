//! `PUT /users/{id}/supervisors/{supervisor_id}`

use access::perm;
use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use identity::people;
use shared::{UserId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Puts somebody under somebody's supervision.
#[utoipa::path(
    operation_id = "begin_supervision",
    tag = "people",
    params(("id" = UserId, Path), ("supervisor_id" = UserId, Path)),
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_a_supervisor`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[put("/users/{id}/supervisors/{supervisor_id}")]
pub async fn supervise(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    ids: web::Path<(UserId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (id, supervisor_id) = ids.into_inner();
    app.act(who.actor, Event::of(Action::SupervisionBegun, id), async |tx| {
        people::supervise(tx, who.granted, id, supervisor_id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
