//! `PATCH /encounters/{id}`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use clinical::encounters;
use shared::{
    EncounterId,
    encounters::{EditEncounter, EncounterView},
    errors::Problem,
};

use super::with_recording;
use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Changes a session: what is left out stays. A signed note locks it.
#[utoipa::path(
    operation_id = "edit_encounter",
    tag = "encounters",
    params(("id" = EncounterId, Path)),
    request_body = EditEncounter,
    responses(
        (status = 200, description = "Changed", body = EncounterView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_signed`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("encounters.write")))
)]
#[patch("/encounters/{id}")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WriteEncounters>,
    id: web::Path<EncounterId>,
    body: Body<EditEncounter>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(edit)) = (id.into_inner(), body);
    let encounter = app
        .act(who.actor, Event::of(Action::EncounterEdited, id), async |tx| {
            with_recording(encounters::edit(tx, who.granted, id, edit).await?, tx).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(encounter))
}
