//! `GET /encounters/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::encounters;
use shared::{EncounterId, encounters::EncounterView, errors::Problem};

use super::with_recording;
use crate::{App, Refusal, extract::Require};

/// One session.
#[utoipa::path(
    operation_id = "load_encounter",
    tag = "encounters",
    params(("id" = EncounterId, Path)),
    responses(
        (status = 200, description = "Found", body = EncounterView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("encounters.read")))
)]
#[get("/encounters/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadEncounters>,
    id: web::Path<EncounterId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let encounter = app
        .act(who.actor, Event::of(Action::EncounterRead, id), async |tx| {
            with_recording(encounters::load(tx, who.granted, id).await?, tx).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(encounter))
}
