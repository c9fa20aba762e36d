//! `GET /sessions`

use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{errors::Problem, page::Page, sign_ins::SignInView};

use crate::{App, Refusal, extract::Anyone};

/// Where I am signed in: on which devices, since when, last used when and from where.
#[utoipa::path(
    operation_id = "list_sessions",
    tag = "sign-in",
    responses(
        (status = 200, description = "Those that go on, newest first", body = Page<SignInView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[get("/sessions")]
pub async fn list(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let attempt = Event::general(Action::SessionsListed);
    let items = app.act(who.actor, attempt, async |tx| identity::list_sign_ins(tx).await).await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
