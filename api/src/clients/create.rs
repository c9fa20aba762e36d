//! `POST /clients`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::clients;
use shared::{
    ClientId,
    clients::{ClientView, NewClient},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Adds a client.
#[utoipa::path(
    operation_id = "create_client",
    tag = "clients",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewClient,
    responses(
        (status = 201, description = "Created", body = ClientView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.write")))
)]
#[post("/clients")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WriteClients>,
    idempotency: Idempotency,
    body: Body<NewClient>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /clients", &new)?;
    let client = app
        .act(who.actor, Event::general(Action::ClientCreated), async |tx| {
            if let Some(id) = once::earlier::<ClientId>(tx, key.as_ref()).await? {
                let granted = tx.actor().require()?;
                return Ok::<_, Refusal>(clients::load(tx, granted, id).await?);
            }
            let rules = identity::load_rules(tx).await?;
            let client = clients::create(tx, who.granted, new, &rules.jurisdiction, &rules.care_team).await?;
            once::remember(tx, key.as_ref(), client.id).await?;
            Ok(client)
        })
        .await?;
    Ok(HttpResponse::Created().json(client))
}
