//! `GET /encounters`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::encounters;
use serde::Deserialize;
use shared::{
    ClientId,
    encounters::EncounterView,
    errors::Problem,
    page::{Page, PageQuery},
};

use super::add_recordings;
use crate::{App, Refusal, extract::Require};

/// Which sessions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EncounterFilter {
    /// Those a client was in.
    client_id: Option<ClientId>,
}

/// The practice's sessions, the last added first.
#[utoipa::path(
    operation_id = "list_encounters",
    tag = "encounters",
    params(EncounterFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<EncounterView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("encounters.read")))
)]
#[get("/encounters")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadEncounters>,
    filter: web::Query<EncounterFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let page = app
        .act(who.actor, Event::general(Action::EncountersListed), async |tx| {
            let mut page = encounters::list(tx, who.granted, filter.client_id, &page).await?;
            add_recordings(tx, &mut page.items).await?;
            Ok::<_, Refusal>(page)
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}
