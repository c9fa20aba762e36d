//! `GET /governance/incidents`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use governance::incidents;
use shared::{
    errors::Problem,
    incidents::IncidentView,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// Incidents, the newest first, with what has to be done.
#[utoipa::path(
    operation_id = "list_incidents",
    tag = "incidents",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<IncidentView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[get("/governance/incidents")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let found = app
        .act(who.actor, Event::general(Action::IncidentsListed), async |tx| {
            incidents::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(found))
}
