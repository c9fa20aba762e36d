//! `POST /roles`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::roles;
use shared::{
    RoleId,
    errors::{ErrorCode, Problem},
    roles::{NewRole, RoleView},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Makes a role of the practice's own. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "create_role",
    tag = "people",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewRole,
    responses(
        (status = 201, description = "Made", body = RoleView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: only an owner gives what they do not have; `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: the one made under this key is gone", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[post("/roles")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    idempotency: Idempotency,
    body: Body<NewRole>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /roles", &new)?;
    let role = app
        .act(who.actor, Event::general(Action::RoleCreated), async |tx| {
            let id = if let Some(id) = once::earlier::<RoleId>(tx, key.as_ref()).await? {
                tx.record(Event::of(Action::RolesListed, id));
                id
            } else {
                let id = roles::create(tx, who.granted, &new).await?;
                once::remember(tx, key.as_ref(), id).await?;
                id
            };
            let made = roles::load(tx, who.granted, id).await?;
            made.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
        })
        .await?;
    Ok(HttpResponse::Created().json(role))
}
