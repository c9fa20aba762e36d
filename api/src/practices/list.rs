//! `GET /me/practices`

use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{
    errors::{ErrorCode, Problem},
    page::Page,
    practices::OwnPractice,
};

use crate::{App, Refusal, extract::Anyone};

/// The practices one works in, the first joined first.
#[utoipa::path(
    operation_id = "list_own_practices",
    tag = "sign-in",
    responses(
        (status = 200, description = "As asked", body = Page<OwnPractice>),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[get("/me/practices")]
pub async fn list(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let person = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let lookup = app.database.lookup();
    let items = identity::list_own_practices(&lookup, person, who.actor.practice_id()).await?;
    app.record(who.actor, Event::of(Action::PracticesListed, person.user_id)).await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
