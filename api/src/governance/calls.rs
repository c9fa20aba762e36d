//! `GET /governance/calls`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{
    errors::Problem,
    governance::AiCallView,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// The ledger: every call to an AI system, made or refused, newest first.
#[utoipa::path(
    operation_id = "list_ai_calls",
    tag = "governance",
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<AiCallView>),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[get("/governance/calls")]
pub async fn calls(
    app: web::Data<App>,
    who: Require<perm::ReadGovernance>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let calls = app
        .act(who.actor, Event::general(Action::AiCallsListed), async |tx| {
            ::governance::ledger::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(calls))
}
