//! `POST /me/second-factors/passkeys/{id}/remove`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{PasskeyId, errors::Problem, second_factors::OwnPassword};

use crate::{
    App, Refusal,
    auth::{elsewhere::end_elsewhere, own_password},
    extract::{Anyone, Body},
};

/// Removes one of the own passkeys. Asks for a fresh second factor, and where it was the last one for a
/// password that can do alone.
#[utoipa::path(
    operation_id = "remove_passkey",
    tag = "sign-in",
    params(("id" = PasskeyId, Path)),
    request_body = OwnPassword,
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: not the own password", body = Problem),
        (status = 403, description = "`step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: none of mine", body = Problem),
        (status = 409, description = "`second_factor_kept`: the role or the practice demands one", body = Problem),
        (status = 422, description = "`password_too_short`: too short to do alone", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post(
    "/me/second-factors/passkeys/{id}/remove",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn remove(
    app: web::Data<App>,
    who: Anyone,
    id: web::Path<PasskeyId>,
    body: Body<OwnPassword>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(request)) = (id.into_inner(), body);
    own_password::confirm(&app, &who.actor, request.password.reveal()).await?;
    app.act(who.actor.clone(), Event::of(Action::PasskeyRemoved, id), async |tx| {
        let fresh = identity::fresh(tx).await?;
        let password = request.password.reveal();
        Ok::<_, Refusal>(identity::passkeys::remove_passkey(tx, fresh, id, password).await?)
    })
    .await?;
    end_elsewhere(&app, &who.actor).await?;
    Ok(HttpResponse::NoContent().finish())
}
