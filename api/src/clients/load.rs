//! `GET /clients/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::clients;
use shared::{ClientId, clients::ClientView, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// One client.
#[utoipa::path(
    operation_id = "load_client",
    tag = "clients",
    params(("id" = ClientId, Path)),
    responses(
        (status = 200, description = "Found", body = ClientView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.read")))
)]
#[get("/clients/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadClients>,
    id: web::Path<ClientId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let client = app
        .act(who.actor, Event::of(Action::ClientRead, id), async |tx| {
            clients::load(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(client))
}
