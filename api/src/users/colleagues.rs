//! `GET /colleagues`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::people;
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    people::Colleague,
};

use crate::{App, Refusal, extract::Require};

/// Who else works in the practice, to share a client with; who came last first.
#[utoipa::path(
    operation_id = "list_colleagues",
    tag = "people",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<Colleague>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.share")))
)]
#[get("/colleagues")]
pub async fn colleagues(
    app: web::Data<App>,
    who: Require<perm::ShareClients>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let people = app
        .act(who.actor, Event::general(Action::ColleaguesListed), async |tx| {
            people::list_colleagues(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(people))
}
