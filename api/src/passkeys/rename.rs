//! `PATCH /me/second-factors/passkeys/{id}`

use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use shared::{PasskeyId, errors::Problem, passkeys::RenamePasskey};

use crate::{
    App, Refusal,
    extract::{Anyone, Body},
};

/// Gives one of the own passkeys another name.
#[utoipa::path(
    operation_id = "rename_passkey",
    tag = "sign-in",
    params(("id" = PasskeyId, Path)),
    request_body = RenamePasskey,
    responses(
        (status = 204, description = "Renamed"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 404, description = "`not_found`: none of mine", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[patch("/me/second-factors/passkeys/{id}")]
pub async fn rename(
    app: web::Data<App>,
    who: Anyone,
    id: web::Path<PasskeyId>,
    body: Body<RenamePasskey>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(request)) = (id.into_inner(), body);
    app.act(who.actor, Event::of(Action::PasskeyRenamed, id), async |tx| {
        identity::passkeys::rename_passkey(tx, id, request.name.reveal()).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
