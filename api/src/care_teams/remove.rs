//! `DELETE /clients/{id}/care-team/{user_id}`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use clinical::care_teams;
use shared::{ClientId, UserId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Ends somebody's sight of a client, from their next request on.
#[utoipa::path(
    operation_id = "leave_care_team",
    tag = "clients",
    params(("id" = ClientId, Path), ("user_id" = UserId, Path)),
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.share")))
)]
#[delete("/clients/{id}/care-team/{user_id}")]
pub async fn remove(
    app: web::Data<App>,
    who: Require<perm::ShareClients>,
    ids: web::Path<(ClientId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, user_id) = ids.into_inner();
    app.act(who.actor, Event::of(Action::CareTeamLeft, user_id).about(client_id), async |tx| {
        care_teams::remove(tx, who.granted, client_id, user_id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
