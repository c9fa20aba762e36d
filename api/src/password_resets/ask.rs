//! `POST /auth/password-reset`

use access::{Actor, Request};
use actix_web::{HttpResponse, post, rt, web};
use identity::{
    Attempt,
    password_resets::{Ask, ask_reset, forget_ask, keep_ask},
};
use shared::{
    errors::{Checks, Problem},
    second_factors::AskPasswordReset,
};

use crate::{
    App, Refusal,
    auth::{or_end, origin::Origin},
    extract::Body,
    middleware::current_request,
};

/// Sends a link by which to choose a new password, if the address has an account. The answer is the same
/// either way, and leaves when the request is kept and before anybody has looked.
#[utoipa::path(
    operation_id = "ask_for_password_reset",
    tag = "sign-in",
    request_body = AskPasswordReset,
    responses(
        (status = 202, description = "If there is such an account, a mail is on its way"),
        (status = 422, description = "`validation`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/password-reset", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn ask(
    app: web::Data<App>,
    origin: Origin,
    body: Body<AskPasswordReset>,
) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request)) = (origin, body);
    let mut checks = Checks::new();
    checks.email("email", request.email.reveal().trim());
    checks.done().map_err(Refusal::invalid)?;
    // Every request counts like a wrong guess, whoever it is about: nobody floods an address with mail.
    let attempt = Attempt::at_password_reset(&app.database, request.email.reveal(), &origin);
    identity::check_throttle(&app.database.lookup(), &attempt).await?;
    let mut tx = app.database.begin(Actor::server("system:sign-in", current_request())).await?;
    let kept = async {
        identity::count_failure(&mut tx, &attempt).await?;
        Ok::<_, identity::ThrottleError>(keep_ask(&mut tx, request.email.reveal()).await?)
    };
    let kept = kept.await;
    let (tx, kept) = or_end(tx, kept).await?;
    tx.commit_of_nobody().await?;
    let (app, request) = (app.get_ref().clone(), current_request());
    rt::spawn(async move {
        if let Err(error) = look_at(&app, &kept, &request).await {
            tracing::error!(error = format!("{error:#}"), "a link to a new password waits for the worker");
        }
    });
    Ok(HttpResponse::Accepted().finish())
}

/// Puts the mail into the outbox, if there is such an account, and forgets the request.
pub async fn look_at(app: &App, kept: &Ask, request: &Request) -> anyhow::Result<()> {
    let Some(account) = identity::find_account(&app.database.lookup(), kept.email.reveal()).await? else {
        let mut tx = app.database.begin(Actor::server("system:sign-in", request)).await?;
        forget_ask(&mut tx, kept).await?;
        return Ok(tx.commit_of_nobody().await?);
    };
    let actor = Actor::system("system:sign-in", account.practice_id, request);
    let mut tx = app.database.begin(actor).await?;
    if !forget_ask(&mut tx, kept).await? {
        return Ok(tx.end().await?);
    }
    ask_reset(&mut tx, account.user_id, app.config.server.base_url.trim_end_matches('/')).await?;
    Ok(tx.commit().await?)
}
