//! `PATCH /roles/{id}`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use identity::roles;
use shared::{
    RoleId,
    errors::{ErrorCode, Problem},
    roles::{EditRole, RoleView},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Changes a role of the practice's own, for everybody who has it and from their next request on. Asks for a
/// second factor shown within five minutes.
#[utoipa::path(
    operation_id = "edit_role",
    tag = "people",
    params(("id" = RoleId, Path)),
    request_body = EditRole,
    responses(
        (status = 200, description = "Changed", body = RoleView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: only an owner gives what they do not have; `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[patch("/roles/{id}")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<RoleId>,
    body: Body<EditRole>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(edit)) = (id.into_inner(), body);
    let role = app
        .act(who.actor, Event::of(Action::RoleEdited, id), async |tx| {
            roles::edit(tx, who.granted, id, &edit).await?;
            let changed = roles::load(tx, who.granted, id).await?;
            changed.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
        })
        .await?;
    Ok(HttpResponse::Ok().json(role))
}
