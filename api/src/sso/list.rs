//! `GET /sso/connections`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{
    errors::Problem,
    page::{Page, PageQuery},
    sso::SsoConnectionView,
};

use super::base_url;
use crate::{App, Refusal, extract::Require};

/// Who vouches for the practice's people. Secrets are not shown.
#[utoipa::path(
    operation_id = "list_sso_connections",
    tag = "single sign-on",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<SsoConnectionView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.read")))
)]
#[get("/sso/connections")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadPeople>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let connections = app
        .act(who.actor, Event::general(Action::SsoConnectionsListed), async |tx| {
            identity::sso::list(tx, who.granted, &page, base_url(&app)).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(connections))
}
