//! `GET /roles`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::roles;
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    roles::RoleView,
};

use crate::{App, Refusal, extract::Require};

/// The roles that the practice has made, the oldest first.
#[utoipa::path(
    operation_id = "list_roles",
    tag = "people",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<RoleView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.read")))
)]
#[get("/roles")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadPeople>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let roles = app
        .act(who.actor, Event::general(Action::RolesListed), async |tx| {
            roles::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(roles))
}
