//! `POST /clients/{id}/deletion`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::client_deletions;
use shared::{
    ClientId,
    client_deletions::{ClientDeletionView, RequestClientDeletion},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Has a client's chart deleted in 7 days; until then it can be withdrawn. Asks for a second factor shown within five
/// minutes.
#[utoipa::path(
    operation_id = "request_client_deletion",
    tag = "retention",
    params(("id" = ClientId, Path)),
    request_body = RequestClientDeletion,
    responses(
        (status = 201, description = "It waits", body = ClientDeletionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`on_legal_hold`, `client_deletion_requested`", body = Problem),
        (status = 422, description = "`validation`: the name is another, or words are missing", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[post("/clients/{id}/deletion")]
pub async fn ask(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    id: web::Path<ClientId>,
    body: Body<RequestClientDeletion>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, Body(request)) = (id.into_inner(), body);
    let base_url = app.config.server.base_url.trim_end_matches('/');
    let attempt = Event::general(Action::ClientDeletionRequested).about(client_id);
    let asked = app
        .act(who.actor, attempt, async |tx| {
            let to = identity::addresses_of_the_responsible(tx).await?;
            let asked = client_deletions::ask(tx, who.granted, client_id, &request, &to, base_url).await?;
            // Somebody who does not see the client learns that first; without the factor nothing of this is kept.
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(asked)
        })
        .await?;
    Ok(HttpResponse::Created().json(asked))
}
