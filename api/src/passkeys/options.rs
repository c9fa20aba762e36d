//! `POST /auth/passkey/challenge`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::passkeys::{Asked, ask_passkey};
use shared::{
    errors::{ErrorCode, Problem},
    passkeys::{AskPasskey, PasskeyOptions},
};

use super::options;
use crate::{App, Refusal, auth::or_end, extract::Body, middleware::current_request};

/// Asks for a passkey in order to sign in: as the second step where `mfa_token` is given, otherwise in place
/// of e-mail and password. The answer is taken once, within five minutes.
#[utoipa::path(
    operation_id = "ask_for_passkey",
    tag = "sign-in",
    request_body = AskPasskey,
    responses(
        (status = 200, description = "For the browser", body = PasskeyOptions),
        (status = 401, description = "`sign_in_expired`", body = Problem),
        (status = 409, description = "`passkeys_unavailable`, `no_second_factor`: the account has no passkey", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/passkey/challenge", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn ask(app: web::Data<App>, body: Body<AskPasskey>) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let site = app.site()?;
    let Some(token) = request.mfa_token else {
        let mut tx = app.database.begin(Actor::server("system:sign-in", current_request())).await?;
        let asked = ask_passkey(&mut tx, site, Asked::SignIn).await;
        let (tx, asked) = or_end(tx, asked).await?;
        tx.commit_of_nobody().await?;
        return Ok(options(asked));
    };
    let whom = app.tokens.challenged(token.reveal(), app.database.clock().now());
    let whom = whom.map_err(|_refused| Refusal::new(ErrorCode::SignInExpired))?;
    let actor = Actor::system("system:sign-in", whom.practice_id, current_request());
    let asked = app
        .act(actor, Event::of(Action::PasskeyAsked, whom.user_id), async |tx| {
            tx.record(Event::of(Action::PasskeyAsked, whom.user_id));
            ask_passkey(tx, site, Asked::SecondFactor(whom.user_id)).await
        })
        .await?;
    Ok(options(asked))
}
