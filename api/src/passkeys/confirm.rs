//! `POST /me/second-factors/passkeys`

use actix_web::{HttpResponse, http::header, post, web};
use audit::{Action, Event};
use shared::{errors::Problem, passkeys::ConfirmPasskey, second_factors::RecoveryCodes};

use crate::{
    App, Refusal,
    auth::guarded::guarded,
    extract::{Anyone, Body},
    second_factors::shown_once,
};

/// Takes a passkey into use that the browser has made. The recovery codes are shown this once, with the
/// first second factor.
#[utoipa::path(
    operation_id = "confirm_passkey",
    tag = "sign-in",
    request_body = ConfirmPasskey,
    responses(
        (status = 200, description = "In use from now on", body = RecoveryCodes),
        (status = 401, description = "`unauthenticated`, `invalid_code`: not what was asked for", body = Problem),
        (status = 409, description = "`passkeys_unavailable`, `second_factor_exists`: somebody has it", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post(
    "/me/second-factors/passkeys",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn confirm(
    app: web::Data<App>,
    who: Anyone,
    body: Body<ConfirmPasskey>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let site = app.site()?;
    let (name, made) = (request.name.reveal(), request.credential.reveal());
    let attempt = Event::general(Action::PasskeyAdded);
    let work = async |tx: &mut access::Tx| identity::passkeys::confirm_passkey(tx, site, name, made).await;
    let codes = guarded(&app, who.actor, attempt, work).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(shown_once(codes)))
}
