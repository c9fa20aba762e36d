//! `POST /client-deletions/{id}/withdraw`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::client_deletions;
use shared::{
    ClientDeletionId,
    client_deletions::{ClientDeletionView, WithdrawClientDeletion},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Withdraws the deletion of a chart that waits; where a rule put it up, with a reason. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "withdraw_client_deletion",
    tag = "retention",
    params(("id" = ClientDeletionId, Path)),
    request_body = WithdrawClientDeletion,
    responses(
        (status = 200, description = "The chart stays", body = ClientDeletionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`deletion_settled`", body = Problem),
        (status = 422, description = "`validation`: a reason is missing", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[post("/client-deletions/{id}/withdraw")]
pub async fn withdraw(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    id: web::Path<ClientDeletionId>,
    body: Body<WithdrawClientDeletion>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(why)) = (id.into_inner(), body);
    let withdrawn = app
        .act(who.actor, Event::of(Action::ClientDeletionWithdrawn, id), async |tx| {
            let withdrawn = client_deletions::withdraw(tx, who.granted, id, &why).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(withdrawn)
        })
        .await?;
    Ok(HttpResponse::Ok().json(withdrawn))
}
