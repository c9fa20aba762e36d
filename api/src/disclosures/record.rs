//! `POST /clients/{id}/disclosures`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::disclosures;
use shared::{
    ClientId, DisclosureId,
    disclosures::{DisclosureView, NewDisclosure},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Writes down what was disclosed about a client, when, to whom and why. Not for what needs no accounting: treatment,
/// payment and operations, the client themselves, and what they have authorized (45 CFR 164.528(a)(1)).
#[utoipa::path(
    operation_id = "record_disclosure",
    tag = "requests",
    params(("id" = ClientId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewDisclosure,
    responses(
        (status = 201, description = "Created", body = DisclosureView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/clients/{id}/disclosures")]
pub async fn record(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<ClientId>,
    idempotency: Idempotency,
    body: Body<NewDisclosure>,
) -> Result<HttpResponse, Refusal> {
    let (client_id, Body(new)) = (id.into_inner(), body);
    let key = idempotency.key(&format!("POST /clients/{client_id}/disclosures"), &new)?;
    let attempt = Event::general(Action::DisclosureRecorded).about(client_id);
    let entry = app
        .act(who.actor, attempt, async |tx| {
            if let Some(id) = once::earlier::<DisclosureId>(tx, key.as_ref()).await? {
                return Ok::<_, Refusal>(disclosures::load(tx, who.granted, id).await?);
            }
            let entry = disclosures::record(tx, who.granted, client_id, &new).await?;
            once::remember(tx, key.as_ref(), entry.id).await?;
            Ok(entry)
        })
        .await?;
    Ok(HttpResponse::Created().json(entry))
}
