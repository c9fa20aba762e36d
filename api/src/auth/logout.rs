//! `POST /auth/logout`

use actix_web::{HttpRequest, HttpResponse, post, web};
use audit::{Action, Event};
use shared::errors::{ErrorCode, Problem};

use super::{cookie, same_origin};
use crate::{App, Refusal, extract::AnyoneEvenLocked};

/// Ends this sign-in: its access tokens stop working at once.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`cross_site`: another page asks", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/auth/logout")]
pub async fn logout(
    app: web::Data<App>,
    who: AnyoneEvenLocked,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    same_origin::check(&app, &request)?;
    let session_id = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    app.act(who.actor, Event::of(Action::SignedOut, session_id), async |tx| {
        identity::sign_out(tx, session_id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(cookie::clear_refresh(&app)).finish())
}
