//! `GET /clients/{id}/consents`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::consents;
use shared::{
    ClientId,
    consents::ConsentView,
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// A client's consents, those taken back among them.
#[utoipa::path(
    operation_id = "list_consents",
    tag = "consents",
    params(("id" = ClientId, Path), PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<ConsentView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("consents.read")))
)]
#[get("/clients/{id}/consents")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadConsents>,
    id: web::Path<ClientId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let client_id = id.into_inner();
    let attempt = Event::general(Action::ConsentsListed).about(client_id);
    let page = app
        .act(who.actor, attempt, async |tx| consents::list(tx, who.granted, client_id, &page).await)
        .await?;
    Ok(HttpResponse::Ok().json(page))
}
