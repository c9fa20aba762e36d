//! `POST /encounters`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::encounters;
use shared::{
    EncounterId,
    encounters::{EncounterView, NewEncounter},
    errors::Problem,
};

use super::with_recording;
use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Adds a session.
#[utoipa::path(
    operation_id = "create_encounter",
    tag = "encounters",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewEncounter,
    responses(
        (status = 201, description = "Created", body = EncounterView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: a client is not in this practice", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("encounters.write")))
)]
#[post("/encounters")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WriteEncounters>,
    idempotency: Idempotency,
    body: Body<NewEncounter>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /encounters", &new)?;
    let encounter = app
        .act(who.actor, Event::general(Action::EncounterCreated), async |tx| {
            if let Some(id) = once::earlier::<EncounterId>(tx, key.as_ref()).await? {
                let granted = tx.actor().require()?;
                return with_recording(encounters::load(tx, granted, id).await?, tx).await;
            }
            let encounter = encounters::create(tx, who.granted, new).await?;
            once::remember(tx, key.as_ref(), encounter.id).await?;
            Ok(encounter)
        })
        .await?;
    Ok(HttpResponse::Created().json(encounter))
}
