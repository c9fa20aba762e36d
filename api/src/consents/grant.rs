//! `POST /clients/{id}/consents`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::consents;
use shared::{
    ClientId, ConsentId,
    consents::{ConsentView, NewConsent},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Records that a client agreed.
#[utoipa::path(
    operation_id = "grant_consent",
    tag = "consents",
    params(("id" = ClientId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewConsent,
    responses(
        (status = 201, description = "Created", body = ConsentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("consents.write")))
)]
#[post("/clients/{id}/consents")]
pub async fn grant(
    app: web::Data<App>,
    who: Require<perm::WriteConsents>,
    id: web::Path<ClientId>,
    idempotency: Idempotency,
    body: Body<NewConsent>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, Body(new)) = (id.into_inner(), body);
    let key = idempotency.key(&format!("POST /clients/{client_id}/consents"), &new)?;
    let attempt = Event::general(Action::ConsentGranted).about(client_id);
    let consent = app
        .act(who.actor, attempt, async |tx| {
            if let Some(id) = once::earlier::<ConsentId>(tx, key.as_ref()).await? {
                let granted = tx.actor().require()?;
                return Ok::<_, Refusal>(consents::load(tx, granted, id).await?);
            }
            let consent = consents::grant(tx, who.granted, client_id, new).await?;
            once::remember(tx, key.as_ref(), consent.id).await?;
            Ok(consent)
        })
        .await?;
    Ok(HttpResponse::Created().json(consent))
}
