//! `PUT /me/password`

use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use crypto::Zeroizing;
use shared::{errors::Problem, second_factors::ChangePassword};

use super::{elsewhere::end_elsewhere, or_end, own_password};
use crate::{
    App, Refusal,
    extract::{Anyone, Body},
};

/// Changes the own password, and ends all other sign-ins. Whoever came by a provider and has none yet
/// chooses it within five minutes of signing in. Beside a second factor, which has to be fresh
/// then, it may be shorter.
#[utoipa::path(
    operation_id = "change_password",
    tag = "sign-in",
    request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: not the present password", body = Problem),
        (status = 403, description = "`step_up_required`", body = Problem),
        (status = 422, description = "`password_too_short`, `password_too_common`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[put("/me/password", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn password(
    app: web::Data<App>,
    who: Anyone,
    body: Body<ChangePassword>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let tx = app.database.begin_reading(who.actor.clone()).await?;
    let is_first = identity::may_choose_first_password(&tx).await;
    tx.end().await?;
    if !is_first? {
        own_password::confirm(&app, &who.actor, request.password.reveal()).await?;
    }
    let attempt = Event::general(Action::PasswordChanged);
    let tx = app.database.begin_reading(who.actor.clone()).await?;
    let checked = identity::check_new_password(&tx, request.new_password.reveal()).await;
    let checked = or_end(tx, checked).await;
    let (tx, ()) = app.or_record(who.actor.clone(), attempt.clone(), checked).await?;
    tx.end().await?;
    let hash = app.passwords.hash(Zeroizing::new(request.new_password.into_inner())).await?;
    app.act(who.actor.clone(), attempt, async |tx| identity::change_password(tx, hash).await).await?;
    end_elsewhere(&app, &who.actor).await?;
    Ok(HttpResponse::NoContent().finish())
}
