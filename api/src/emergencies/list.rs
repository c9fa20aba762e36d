//! `GET /emergency-access`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::emergencies;
use shared::{
    emergencies::EmergencyView,
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// Every emergency access, the newest first, with what its person says and what was decided.
#[utoipa::path(
    operation_id = "list_emergency_accesses",
    tag = "emergency",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<EmergencyView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/emergency-access")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let all = app
        .act(who.actor, Event::general(Action::EmergenciesListed), async |tx| {
            emergencies::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(all))
}
