//! `POST /auth/lock`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::errors::{ErrorCode, Problem};

use crate::{App, Refusal, extract::AnyoneEvenLocked};

/// Locks this sign-in, in every tab: until it is unlocked it opens nothing but the upload of a recording
/// that goes on.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 204, description = "Locked"),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/auth/lock")]
pub async fn lock(app: web::Data<App>, who: AnyoneEvenLocked) -> Result<HttpResponse, Refusal> {
    let session_id = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    app.act(who.actor, Event::of(Action::SessionLocked, session_id), async |tx| identity::lock(tx).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
