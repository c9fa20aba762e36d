//! `POST /me/second-factors/passkey-creation`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{errors::Problem, passkeys::PasskeyOptions, second_factors::OwnPassword};

use super::options;
use crate::{
    App, Refusal,
    auth::own_password,
    extract::{Anyone, Body},
};

/// Begins to set a passkey up. Whoever has a second factor shows it first.
#[utoipa::path(
    operation_id = "begin_passkey",
    tag = "sign-in",
    request_body = OwnPassword,
    responses(
        (status = 200, description = "For the browser", body = PasskeyOptions),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: not the own password", body = Problem),
        (status = 403, description = "`step_up_required`", body = Problem),
        (status = 409, description = "`passkeys_unavailable`, `too_many_passkeys`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post(
    "/me/second-factors/passkey-creation",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn begin(
    app: web::Data<App>,
    who: Anyone,
    body: Body<OwnPassword>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let site = app.site()?;
    own_password::confirm(&app, &who.actor, request.password.reveal()).await?;
    let attempt = Event::general(Action::SecondFactorBegun);
    let begin = async |tx: &mut access::Tx| identity::passkeys::begin_passkey(tx, site).await;
    Ok(options(app.act(who.actor, attempt, begin).await?))
}
