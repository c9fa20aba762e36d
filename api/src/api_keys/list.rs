//! `GET /api-keys`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::api_keys;
use shared::{
    api_keys::ApiKeyView,
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// The keys of the practice that were not revoked, without their secrets.
#[utoipa::path(
    operation_id = "list_api_keys",
    tag = "people",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<ApiKeyView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("api_keys.write")))
)]
#[get("/api-keys")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::WriteApiKeys>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let keys = app
        .act(who.actor, Event::general(Action::ApiKeysListed), async |tx| {
            api_keys::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(keys))
}
