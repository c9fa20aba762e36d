//! `DELETE /users/{id}/supervisors/{supervisor_id}`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use identity::people;
use shared::{UserId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Ends a supervision.
#[utoipa::path(
    operation_id = "end_supervision",
    tag = "people",
    params(("id" = UserId, Path), ("supervisor_id" = UserId, Path)),
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[delete("/users/{id}/supervisors/{supervisor_id}")]
pub async fn end_supervision(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    ids: web::Path<(UserId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (id, supervisor_id) = ids.into_inner();
    app.act(who.actor, Event::of(Action::SupervisionEnded, id), async |tx| {
        people::end_supervision(tx, who.granted, id, supervisor_id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
