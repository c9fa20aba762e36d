//! `POST /me/second-factors/passkey-challenge`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::passkeys::{Asked, ask_passkey};
use shared::{
    errors::{ErrorCode, Problem},
    passkeys::{AskOwnPasskey, PasskeyOptions},
};

use super::options;
use crate::{
    App, Refusal,
    extract::{AnyoneEvenLocked, Body},
};

/// Asks for a passkey of one's own in order to do something. The answer is taken once, within five minutes,
/// in this sign-in, for this purpose.
#[utoipa::path(
    operation_id = "ask_for_own_passkey",
    tag = "sign-in",
    request_body = AskOwnPasskey,
    responses(
        (status = 200, description = "For the browser", body = PasskeyOptions),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 409, description = "`passkeys_unavailable`, `no_second_factor`: there is no passkey", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post(
    "/me/second-factors/passkey-challenge",
    wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)"
)]
pub async fn ask(
    app: web::Data<App>,
    who: AnyoneEvenLocked,
    body: Body<AskOwnPasskey>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let site = app.site()?;
    let person = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let asked = Asked::Within(person.session_id, person.user_id, request.purpose);
    let event = Event::of(Action::PasskeyAsked, person.user_id);
    let asked = app
        .act(who.actor, event.clone(), async |tx| {
            tx.record(event);
            ask_passkey(tx, site, asked).await
        })
        .await?;
    Ok(options(asked))
}
