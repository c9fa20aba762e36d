//! `POST /disclosures/{id}/correct`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::disclosures;
use shared::{
    DisclosureId,
    disclosures::{CorrectDisclosure, DisclosureView},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Corrects an entry by another one, or strikes it. The entry itself stays in the register.
#[utoipa::path(
    operation_id = "correct_disclosure",
    tag = "requests",
    params(("id" = DisclosureId, Path)),
    request_body = CorrectDisclosure,
    responses(
        (status = 201, description = "The entry that counts from now on", body = DisclosureView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`entry_corrected`: another entry corrects it already", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[post("/disclosures/{id}/correct")]
pub async fn correct(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<DisclosureId>,
    body: Body<CorrectDisclosure>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(correction)) = (id.into_inner(), body);
    let entry = app
        .act(who.actor, Event::of(Action::DisclosureCorrected, id), async |tx| {
            disclosures::correct(tx, who.granted, id, &correction).await
        })
        .await?;
    Ok(HttpResponse::Created().json(entry))
}
