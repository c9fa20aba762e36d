//! `POST /me/second-factors/totp/confirm`

use actix_web::{HttpResponse, http::header, post, web};
use audit::{Action, Event};
use shared::{
    errors::Problem,
    second_factors::{ConfirmTotp, RecoveryCodes},
};

use super::shown_once;
use crate::{
    App, Refusal,
    auth::guarded::guarded,
    extract::{Anyone, Body},
};

/// Takes codes by time into use, with a first code. The recovery codes are shown this once.
#[utoipa::path(
    operation_id = "confirm_totp",
    tag = "sign-in",
    request_body = ConfirmTotp,
    responses(
        (status = 200, description = "In use from now on", body = RecoveryCodes),
        (status = 401, description = "`unauthenticated`, `invalid_code`", body = Problem),
        (status = 409, description = "`second_factor_exists`, `no_second_factor`: none was begun", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post(
    "/me/second-factors/totp/confirm",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn confirm(
    app: web::Data<App>,
    who: Anyone,
    body: Body<ConfirmTotp>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let attempt = Event::general(Action::SecondFactorAdded);
    let work = async |tx: &mut access::Tx| identity::confirm_totp(tx, request.code.reveal()).await;
    let codes = guarded(&app, who.actor, attempt, work).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(shown_once(codes)))
}
