//! `POST /auth/password-reset/confirm`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use crypto::Zeroizing;
use identity::password_resets::{check_reset, find_pending_reset, reset_password};
use shared::{errors::Problem, second_factors::ConfirmPasswordReset};

use crate::{App, Refusal, auth::or_end, extract::Body, middleware::current_request};

/// Chooses a new password by a link, which works once, and ends all sign-ins. Nobody is signed in by it, and
/// the second factor is asked for as ever. The account's address is told.
#[utoipa::path(
    operation_id = "reset_password",
    tag = "sign-in",
    request_body = ConfirmPasswordReset,
    responses(
        (status = 204, description = "Chosen"),
        (status = 410, description = "`password_reset_ended`: used, expired, or never there", body = Problem),
        (status = 422, description = "`password_too_short`, `password_too_common`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post(
    "/auth/password-reset/confirm",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn confirm(app: web::Data<App>, body: Body<ConfirmPasswordReset>) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let pending = find_pending_reset(&app.database.lookup(), request.token.reveal()).await?;
    let mut actors =
        pending.practices.iter().map(|id| Actor::system("system:sign-in", *id, current_request()));
    let Some(first) = actors.next() else { return Err(identity::password_resets::ResetError::Ended.into()) };
    let tx = app.database.begin_reading(first.clone()).await?;
    let checked = check_reset(&tx, &pending, request.new_password.reveal()).await;
    let (tx, ()) = or_end(tx, checked).await?;
    tx.end().await?;
    let hash = app.passwords.hash(Zeroizing::new(request.new_password.into_inner())).await?;
    let attempt = Event::of(Action::PasswordReset, pending.user_id);
    app.act(first, attempt, async |tx| reset_password(tx, &pending, hash).await).await?;
    for elsewhere in actors {
        let attempt = Event::of(Action::OtherSessionsEnded, pending.user_id);
        app.act(elsewhere, attempt, async |tx| identity::end_sign_ins_here(tx, pending.user_id).await)
            .await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
