//! `GET /client-deletions`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::client_deletions;
use shared::{
    client_deletions::{ClientDeletionFilter, ClientDeletionView},
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// Deletions of charts, the newest first: all of them, those that wait or are under way, or those of one client.
#[utoipa::path(
    operation_id = "list_client_deletions",
    tag = "retention",
    params(ClientDeletionFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<ClientDeletionView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[get("/client-deletions")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    filter: web::Query<ClientDeletionFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let deletions = app
        .act(who.actor, Event::general(Action::ClientDeletionsListed), async |tx| {
            client_deletions::list(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(deletions))
}
