//! `GET /clients/{id}/care-team`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::care_teams;
use identity::people;
use shared::{
    ClientId,
    errors::Problem,
    people::{CareTeam, CareTeamMember},
};

use crate::{App, Refusal, extract::Require};

/// Who is in care of a client: whoever is sees the chart.
#[utoipa::path(
    operation_id = "list_care_team",
    tag = "clients",
    params(("id" = ClientId, Path)),
    responses(
        (status = 200, description = "Found", body = CareTeam),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("clients.read")))
)]
#[get("/clients/{id}/care-team")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadClients>,
    id: web::Path<ClientId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let items = app
        .act(who.actor, Event::general(Action::CareTeamRead).about(id), async |tx| {
            let team = care_teams::list(tx, who.granted, id).await?;
            let ids: Vec<_> = team.iter().map(|(user_id, _)| *user_id).collect();
            let mut named = people::name_colleagues(tx, &ids).await?;
            let member = |(user_id, since)| {
                let at = named.iter().position(|it| it.id == user_id)?;
                let one = named.swap_remove(at);
                Some(CareTeamMember { id: one.id, name: one.name, role: one.role, since })
            };
            Ok::<_, Refusal>(team.into_iter().filter_map(member).collect())
        })
        .await?;
    Ok(HttpResponse::Ok().json(CareTeam { items }))
}
