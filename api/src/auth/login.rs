//! `POST /auth/login`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use crypto::Zeroizing;
use shared::{
    auth::{Login, SignedIn},
    errors::{ErrorCode, Problem},
};

use super::{cookie, signed_in};
use crate::{App, Refusal, extract::Body, middleware::current_request_id};

/// Signs in. An unknown e-mail and a wrong password take as long and are answered alike.
#[utoipa::path(
    tag = "sign-in",
    request_body = Login,
    responses(
        (status = 200, description = "Signed in; the refresh token is in a cookie", body = SignedIn),
        (status = 401, description = "`invalid_credentials`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
        (status = 503, description = "`busy`: too many people are signing in at once", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/login", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn login(app: web::Data<App>, body: Body<Login>) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let account = identity::find_account(&app.database.lookup(), request.email.reveal()).await?;
    let password = Zeroizing::new(request.password.reveal().clone());
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    let right = app.passwords.verify(password, hash).await?;
    let Some(account) = account else { return Err(ErrorCode::InvalidCredentials.into()) };
    let actor = Actor::system("system:sign-in", account.practice_id, current_request_id());
    if !right {
        let refused =
            Event::of(Action::SignInRefused, account.user_id).refused(ErrorCode::InvalidCredentials);
        app.record(actor, refused).await?;
        return Err(ErrorCode::InvalidCredentials.into());
    }
    let mut tx = app.database.begin(actor).await?;
    let opened = identity::sign_in(&mut tx, account.user_id).await?;
    tx.commit().await?;
    let mut response = HttpResponse::Ok();
    if let Some(token) = &opened.refresh_token {
        response.cookie(cookie::set(&app, token));
    }
    Ok(response.json(signed_in(&app, &opened)?))
}
