//! `DELETE /roles/{id}`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use identity::roles;
use shared::{RoleId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Removes a role that nobody has and nobody is invited as. Asks for a second factor shown within five
/// minutes.
#[utoipa::path(
    operation_id = "remove_role",
    tag = "people",
    params(("id" = RoleId, Path)),
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`role_in_use`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[delete("/roles/{id}")]
pub async fn remove(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<RoleId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    app.act(who.actor, Event::of(Action::RoleRemoved, id), async |tx| {
        roles::remove(tx, who.granted, id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
