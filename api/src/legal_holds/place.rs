//! `POST /clients/{id}/legal-holds`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::legal_holds;
use shared::{
    ClientId, LegalHoldId,
    errors::Problem,
    legal_holds::{LegalHoldView, NewLegalHold},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Places a legal hold: as long as it is in force, nothing of this client is removed, by no rule and by nobody. Asks for a
/// second factor shown within five minutes.
#[utoipa::path(
    operation_id = "place_legal_hold",
    tag = "retention",
    params(("id" = ClientId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewLegalHold,
    responses(
        (status = 201, description = "Created", body = LegalHoldView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[post("/clients/{id}/legal-holds")]
pub async fn place(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    id: web::Path<ClientId>,
    idempotency: Idempotency,
    body: Body<NewLegalHold>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, Body(new)) = (id.into_inner(), body);
    let key = idempotency.key(&format!("POST /clients/{client_id}/legal-holds"), &new)?;
    let attempt = Event::general(Action::LegalHoldPlaced).about(client_id);
    let hold = app
        .act(who.actor, attempt, async |tx| {
            if let Some(id) = once::earlier::<LegalHoldId>(tx, key.as_ref()).await? {
                return Ok::<_, Refusal>(legal_holds::load(tx, who.granted, id).await?);
            }
            // Somebody who does not see the client learns that first; without the factor nothing of this is kept.
            let hold = legal_holds::place(tx, who.granted, client_id, &new).await?;
            identity::fresh(tx).await?;
            once::remember(tx, key.as_ref(), hold.id).await?;
            Ok(hold)
        })
        .await?;
    Ok(HttpResponse::Created().json(hold))
}
