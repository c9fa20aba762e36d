//! `GET /legal-holds`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::legal_holds;
use shared::{
    errors::Problem,
    legal_holds::{LegalHoldFilter, LegalHoldView},
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// Legal holds, the newest first: all of them, those in force, or those of one client.
#[utoipa::path(
    operation_id = "list_legal_holds",
    tag = "retention",
    params(LegalHoldFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<LegalHoldView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[get("/legal-holds")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    filter: web::Query<LegalHoldFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let holds = app
        .act(who.actor, Event::general(Action::LegalHoldsListed), async |tx| {
            legal_holds::list(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(holds))
}
