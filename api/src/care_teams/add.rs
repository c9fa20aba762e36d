//! `PUT /clients/{id}/care-team/{user_id}`

use access::perm;
use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use clinical::care_teams;
use shared::{ClientId, UserId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Shares a client with somebody who works in the practice: from now on they see the chart.
#[utoipa::path(
    operation_id = "join_care_team",
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
#[put("/clients/{id}/care-team/{user_id}")]
pub async fn add(
    app: web::Data<App>,
    who: Require<perm::ShareClients>,
    ids: web::Path<(ClientId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, user_id) = ids.into_inner();
    app.act(who.actor, Event::of(Action::CareTeamJoined, user_id).about(client_id), async |tx| {
        care_teams::add(tx, who.granted, client_id, user_id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
