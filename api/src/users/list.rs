//! `GET /users`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::people;
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    people::PersonView,
};

use crate::{App, Refusal, extract::Require};

/// The people of the practice, and those who were; who came last first.
#[utoipa::path(
    operation_id = "list_people",
    tag = "people",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<PersonView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.read")))
)]
#[get("/users")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadPeople>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let people = app
        .act(who.actor, Event::general(Action::PeopleListed), async |tx| {
            people::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(people))
}
