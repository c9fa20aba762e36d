//! `POST /auth/unlock`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{
    errors::{ErrorCode, Problem},
    passkeys::Purpose,
    second_factors::OwnProof,
};

use super::own_proof;
use crate::{
    App, Refusal,
    extract::{AnyoneEvenLocked, Body},
};

/// Opens a locked sign-in again, with the own password or a passkey. Guessing takes longer and longer.
#[utoipa::path(
    tag = "sign-in",
    request_body = OwnProof,
    responses(
        (status = 204, description = "Open"),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`", body = Problem),
        (status = 409, description = "`passkeys_unavailable`", body = Problem),
        (status = 422, description = "`validation`: give a password, or an answer of a passkey", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/auth/unlock", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn unlock(
    app: web::Data<App>,
    who: AnyoneEvenLocked,
    body: Body<OwnProof>,
) -> Result<HttpResponse, Refusal> {
    let Body(proof) = body;
    let session_id = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    let right = own_proof::is_right(&app, &who.actor, Purpose::Unlock, &proof).await?;
    app.act(who.actor, Event::of(Action::SessionUnlocked, session_id), async |tx| {
        if !right {
            return Err(own_proof::wrong());
        }
        Ok(identity::unlock(tx).await?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
