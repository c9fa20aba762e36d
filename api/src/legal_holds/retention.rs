//! `GET /clients/{id}/retention`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::legal_holds;
use shared::{ClientId, errors::Problem, legal_holds::ClientRetention};

use crate::{App, Refusal, extract::Require};

/// What is decided about how long a client's chart stays, without the reasons.
#[utoipa::path(
    operation_id = "load_client_retention",
    tag = "retention",
    params(("id" = ClientId, Path)),
    responses(
        (status = 200, description = "Found", body = ClientRetention),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.read")))
)]
#[get("/clients/{id}/retention")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadClients>,
    id: web::Path<ClientId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let retention = app
        .act(who.actor, Event::of(Action::RetentionRead, id), async |tx| {
            legal_holds::load_retention(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(retention))
}
