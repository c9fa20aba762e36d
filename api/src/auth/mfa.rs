//! `POST /auth/mfa`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::{Attempt, Factors, passkeys::Asked};
use shared::{
    auth::SignedIn,
    errors::{ErrorCode, Problem},
    second_factors::Mfa,
};

use super::{answer, or_end, origin::Origin, shown::shown};
use crate::{App, Refusal, extract::Body, middleware::current_request};

/// The second step of signing in: shows the second factor. No code is taken twice, and guessing takes
/// longer and longer.
#[utoipa::path(
    tag = "sign-in",
    request_body = Mfa,
    responses(
        (status = 200, description = "Signed in; the refresh token is in a cookie", body = SignedIn),
        (status = 401, description = "`invalid_code`, `sign_in_expired`", body = Problem),
        (status = 409, description = "`passkeys_unavailable`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/mfa", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn mfa(app: web::Data<App>, origin: Origin, body: Body<Mfa>) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request)) = (origin, body);
    let lookup = app.database.lookup();
    let whom = app.tokens.challenged(request.mfa_token.reveal(), app.database.clock().now());
    let whom = whom.map_err(|_refused| Refusal::new(ErrorCode::SignInExpired))?;
    let email = identity::find_email(&lookup, whom.user_id).await?.ok_or(ErrorCode::SignInExpired)?;
    let attempt = Attempt::at_second_factor(&app.database, email.reveal(), &origin);
    identity::check_throttle(&lookup, &attempt).await?;
    let asked = Asked::SecondFactor(whom.user_id);
    let shown = shown(&app, asked, request.method, &request.code, request.assertion.as_ref())?;
    let actor = Actor::system("system:sign-in", whom.practice_id, current_request());
    let mut tx = app.database.begin(actor).await?;
    if !identity::prove(&mut tx, whom.user_id, shown).await? {
        let counted = identity::count_failure(&mut tx, &attempt).await;
        let (mut tx, ()) = or_end(tx, counted).await?;
        tx.record(Event::of(Action::SecondFactorRefused, whom.user_id).refused(ErrorCode::InvalidCode));
        tx.commit().await?;
        return Err(ErrorCode::InvalidCode.into());
    }
    let forgotten = identity::forget_failures(&mut tx, &attempt).await;
    let (mut tx, ()) = or_end(tx, forgotten).await?;
    let (who, both) = (whom.user_id, Factors::PasswordAndAnother);
    let opened = if whom.by_provider {
        identity::sign_in_by_provider(&mut tx, who, both, &origin).await
    } else {
        identity::sign_in(&mut tx, who, both, &origin).await
    };
    let (tx, opened) = or_end(tx, opened).await?;
    tx.commit().await?;
    answer(&app, &opened)
}
