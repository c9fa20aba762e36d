//! `PATCH /users/{id}`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use identity::people;
use shared::{
    UserId,
    errors::Problem,
    people::{EditPerson, PersonView},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Gives somebody another role, or ends or restores their access. Ending it ends every sign-in of
/// theirs here at once.
#[utoipa::path(
    operation_id = "edit_person",
    tag = "people",
    params(("id" = UserId, Path)),
    request_body = EditPerson,
    responses(
        (status = 200, description = "Changed", body = PersonView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: only an owner makes and changes owners; `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`last_owner`, `own_role`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[patch("/users/{id}")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<UserId>,
    body: Body<EditPerson>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(edit)) = (id.into_inner(), body);
    let attempt = if edit.active == Some(false) { Action::PersonDeactivated } else { Action::RoleChanged };
    let person = app
        .act(who.actor, Event::of(attempt, id), async |tx| {
            let fresh = identity::fresh(tx).await?;
            Ok::<_, Refusal>(people::edit(tx, who.granted, fresh, id, &edit).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(person))
}
