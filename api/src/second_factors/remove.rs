//! `POST /me/second-factors/totp/remove`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{errors::Problem, second_factors::OwnPassword};

use crate::{
    App, Refusal,
    auth::{elsewhere::end_elsewhere, own_password},
    extract::{Anyone, Body},
};

/// Removes the own second factor with its recovery codes. Asks for a fresh second factor, and for a
/// password that can do alone.
#[utoipa::path(
    operation_id = "remove_totp",
    tag = "sign-in",
    request_body = OwnPassword,
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: not the own password", body = Problem),
        (status = 403, description = "`step_up_required`", body = Problem),
        (status = 422, description = "`password_too_short`: too short to do alone", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post(
    "/me/second-factors/totp/remove",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn remove(
    app: web::Data<App>,
    who: Anyone,
    body: Body<OwnPassword>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    own_password::confirm(&app, &who.actor, request.password.reveal()).await?;
    app.act(who.actor.clone(), Event::general(Action::SecondFactorRemoved), async |tx| {
        let fresh = identity::fresh(tx).await?;
        Ok::<_, Refusal>(identity::remove_totp(tx, fresh, request.password.reveal()).await?)
    })
    .await?;
    end_elsewhere(&app, &who.actor).await?;
    Ok(HttpResponse::NoContent().finish())
}
