//! `PATCH /clients/{id}`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use clinical::clients;
use shared::{
    ClientId,
    clients::{ClientView, EditClient},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Changes a client: what is left out stays, what is `null` is cleared.
#[utoipa::path(
    operation_id = "edit_client",
    tag = "clients",
    params(("id" = ClientId, Path)),
    request_body = EditClient,
    responses(
        (status = 200, description = "Changed", body = ClientView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.write")))
)]
#[patch("/clients/{id}")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WriteClients>,
    id: web::Path<ClientId>,
    body: Body<EditClient>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(edit)) = (id.into_inner(), body);
    let client = app
        .act(who.actor, Event::of(Action::ClientEdited, id), async |tx| {
            clients::edit(tx, who.granted, id, edit).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(client))
}
