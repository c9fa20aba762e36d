//! `GET /clients`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::clients;
use shared::{
    clients::{ClientFilter, ClientView},
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// The practice's clients, newest first; with `q`, those who are meant.
#[utoipa::path(
    operation_id = "list_clients",
    tag = "clients",
    params(ClientFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<ClientView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.read")))
)]
#[get("/clients")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadClients>,
    filter: web::Query<ClientFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let page = app
        .act(who.actor, Event::general(Action::ClientsListed), async |tx| {
            clients::list(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}
