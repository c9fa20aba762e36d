//! `GET /me`

use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{auth::Me, errors::Problem};

use crate::{App, Refusal, extract::Anyone};

/// Who I am, in which practice, as what, and what I may do.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 200, description = "As asked", body = Me),
        (status = 401, description = "`unauthenticated`, `session_expired`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[get("/me")]
pub async fn me(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let me = app
        .act(who.actor, Event::general(Action::AccountRead), async |tx| identity::load_me(tx).await)
        .await?;
    Ok(HttpResponse::Ok().json(me))
}
