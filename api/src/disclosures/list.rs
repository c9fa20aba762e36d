//! `GET /clients/{id}/disclosures`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::disclosures;
use shared::{
    ClientId,
    disclosures::{DisclosureFilter, DisclosureRegister},
    errors::Problem,
    page::PageQuery,
};

use crate::{App, Refusal, extract::Require};

/// The register of what was disclosed about a client (45 CFR 164.528), the last first, with what was corrected and what is
/// left out of an accounting for a time; and when an accounting was made the last time.
#[utoipa::path(
    operation_id = "list_disclosures",
    tag = "requests",
    params(("id" = ClientId, Path), DisclosureFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = DisclosureRegister),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[get("/clients/{id}/disclosures")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReleaseRecords>,
    id: web::Path<ClientId>,
    filter: web::Query<DisclosureFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let client_id = id.into_inner();
    let attempt = Event::general(Action::DisclosuresListed).about(client_id);
    let register = app
        .act(who.actor, attempt, async |tx| {
            disclosures::list(tx, who.granted, client_id, *filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(register))
}
