//! `POST /me/second-factors/totp`

use actix_web::{HttpResponse, http::header, post, web};
use audit::{Action, Event};
use shared::{
    Phi,
    errors::Problem,
    second_factors::{OwnPassword, TotpBegun},
};

use super::qr_code::qr_code;
use crate::{
    App, Refusal,
    auth::own_password,
    extract::{Anyone, Body},
};

/// Begins to set up codes by time: a secret for an authenticator app. It counts once a code of it was
/// shown; asked again within a quarter of an hour, it is the same one.
#[utoipa::path(
    operation_id = "begin_totp",
    tag = "sign-in",
    request_body = OwnPassword,
    responses(
        (status = 200, description = "For the authenticator app", body = TotpBegun),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: not the own password", body = Problem),
        (status = 403, description = "`step_up_required`", body = Problem),
        (status = 409, description = "`second_factor_exists`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/me/second-factors/totp", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn begin(
    app: web::Data<App>,
    who: Anyone,
    body: Body<OwnPassword>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    own_password::confirm(&app, &who.actor, request.password.reveal()).await?;
    let attempt = Event::general(Action::SecondFactorBegun);
    let totp = app.act(who.actor, attempt, async |tx| identity::begin_totp(tx).await).await?;
    let qr_code = qr_code(&totp.uri).map_err(Refusal::failed)?;
    let begun = TotpBegun { secret: totp.secret.into(), uri: totp.uri.into(), qr_code: Phi::new(qr_code) };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(begun))
}
