//! `POST /auth/passkey`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::{
    Attempt, Factors,
    passkeys::{Asked, Assertion, find_passkey_owner, show_passkey},
};
use shared::{
    auth::SignedIn,
    errors::{ErrorCode, Problem},
    passkeys::SignInWithPasskey,
};

use crate::{
    App, Refusal,
    auth::{answer, or_end, origin::Origin},
    extract::Body,
    middleware::current_request,
};

/// Signs in with a passkey alone: it has recognised its owner, so it is both factors.
#[utoipa::path(
    operation_id = "sign_in_with_passkey",
    tag = "sign-in",
    request_body = SignInWithPasskey,
    responses(
        (status = 200, description = "Signed in; the refresh token is in a cookie", body = SignedIn),
        (status = 401, description = "`invalid_code`: not accepted, whatever the reason", body = Problem),
        (status = 409, description = "`passkeys_unavailable`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/passkey", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn sign_in(
    app: web::Data<App>,
    origin: Origin,
    body: Body<SignInWithPasskey>,
) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request), site) = (origin, body, app.site()?);
    let (lookup, shown) = (app.database.lookup(), request.assertion.reveal());
    let email = match find_passkey_owner(&lookup, shown).await? {
        Some(owner) => identity::find_email(&lookup, owner).await?.unwrap_or_default(),
        None => shared::Phi::default(),
    };
    let attempt = Attempt::at_second_factor(&app.database, email.reveal(), &origin);
    identity::check_throttle(&lookup, &attempt).await?;
    let account = identity::find_account(&lookup, email.reveal()).await?;
    let actor = match &account {
        Some(account) => Actor::system("system:sign-in", account.practice_id, current_request()),
        None => Actor::server("system:sign-in", current_request()),
    };
    let mut tx = app.database.begin(actor).await?;
    let Some(account) = account else {
        let counted = identity::count_failure(&mut tx, &attempt).await;
        let (tx, ()) = or_end(tx, counted).await?;
        tx.commit_of_nobody().await?;
        return Err(ErrorCode::InvalidCode.into());
    };
    let assertion = Assertion { site, asked: Asked::SignIn, answer: shown };
    if !show_passkey(&mut tx, account.user_id, assertion).await? {
        let counted = identity::count_failure(&mut tx, &attempt).await;
        let (mut tx, ()) = or_end(tx, counted).await?;
        tx.record(Event::of(Action::SecondFactorRefused, account.user_id).refused(ErrorCode::InvalidCode));
        tx.commit().await?;
        return Err(ErrorCode::InvalidCode.into());
    }
    let forgotten = identity::forget_failures(&mut tx, &attempt).await;
    let (mut tx, ()) = or_end(tx, forgotten).await?;
    let opened = identity::sign_in(&mut tx, account.user_id, Factors::PasswordAndAnother, &origin).await?;
    tx.commit().await?;
    answer(&app, &opened)
}
