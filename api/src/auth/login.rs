//! `POST /auth/login`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use crypto::Zeroizing;
use identity::{Attempt, Challenged, Factors, ResolveError};
use shared::{
    Phi,
    auth::Login,
    errors::{ErrorCode, Problem},
    second_factors::{LoginAnswer, MfaRequired},
};

use super::{answer, or_end, origin::Origin};
use crate::{App, Refusal, extract::Body, middleware::current_request};

/// Signs in. An unknown e-mail and a wrong password take as long and are answered alike; whoever
/// guesses waits longer and longer, which holds up nobody on a device they have signed in on before.
#[utoipa::path(
    tag = "sign-in",
    request_body = Login,
    responses(
        (status = 200, description = "Signed in, with the refresh token in a cookie; or the second factor is asked for", body = LoginAnswer),
        (status = 401, description = "`invalid_credentials`", body = Problem),
        (status = 403, description = "`sso_required`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
        (status = 503, description = "`busy`: too many people are signing in at once", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/login", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn login(app: web::Data<App>, origin: Origin, body: Body<Login>) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request)) = (origin, body);
    let lookup = app.database.lookup();
    let attempt = Attempt::at_password(&app.database, request.email.reveal(), &origin);
    identity::check_throttle(&lookup, &attempt).await?;
    let account = identity::find_account(&lookup, request.email.reveal()).await?;
    let password = Zeroizing::new(request.password.into_inner());
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let right = app.passwords.verify(password, hash).await?;
    let actor = match &account {
        Some(account) => Actor::system("system:sign-in", account.practice_id, current_request()),
        None => Actor::server("system:sign-in", current_request()),
    };
    let mut tx = app.database.begin(actor).await?;
    let account = match account {
        Some(account) if right => account,
        wrong => {
            let counted = identity::count_failure(&mut tx, &attempt).await;
            let (mut tx, ()) = or_end(tx, counted).await?;
            // One transaction with or without an account, so that both take as long.
            match wrong {
                Some(account) => {
                    let refused = Event::of(Action::SignInRefused, account.user_id);
                    tx.record(refused.refused(ErrorCode::InvalidCredentials));
                    tx.commit().await?;
                }
                None => tx.commit_of_nobody().await?,
            }
            return Err(ErrorCode::InvalidCredentials.into());
        }
    };
    let forgotten = identity::forget_failures(&mut tx, &attempt).await;
    let (mut tx, ()) = or_end(tx, forgotten).await?;
    let admitted = match identity::sso::admit(&tx, account.user_id).await {
        Err(ResolveError::ProviderRequired) => {
            tx.record(Event::of(Action::SignInRefused, account.user_id).refused(ErrorCode::SsoRequired));
            tx.commit().await?;
            return Err(ErrorCode::SsoRequired.into());
        }
        found => found?,
    };
    let methods = identity::list_methods(&tx, account.user_id).await?;
    if !methods.is_empty() {
        tx.record(Event::of(Action::SecondFactorAsked, account.user_id));
        tx.commit().await?;
        let (user_id, practice_id) = (account.user_id, account.practice_id);
        let whom = Challenged { user_id, practice_id, by_provider: false };
        let token = app.tokens.challenge(whom, app.database.clock().now())?;
        return Ok(HttpResponse::Ok().json(LoginAnswer::MfaRequired(MfaRequired {
            mfa_required: true,
            mfa_token: Phi::new(token),
            methods,
        })));
    }
    let opened = identity::sign_in_admitted(&mut tx, admitted, Factors::PasswordAlone, &origin).await?;
    tx.commit().await?;
    answer(&app, &opened)
}
