//! `GET /client-deletions/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::client_deletions;
use identity::deletions::Certificates;
use shared::{ClientDeletionId, client_deletions::ClientDeletionView, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// The deletion of a chart, with the certificate that nothing of it is left once that is so, and the key to check it by.
#[utoipa::path(
    operation_id = "load_client_deletion",
    tag = "retention",
    params(("id" = ClientDeletionId, Path)),
    responses(
        (status = 200, description = "Found", body = ClientDeletionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[get("/client-deletions/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    id: web::Path<ClientDeletionId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let certificates = Certificates::of(&app.database)?;
    let mut deletion = app
        .act(who.actor, Event::of(Action::ClientDeletionsListed, id), async |tx| {
            client_deletions::load(tx, who.granted, id).await
        })
        .await?;
    deletion.public_key = Some(certificates.public_key());
    Ok(HttpResponse::Ok().json(deletion))
}
