//! `GET /governance/summary`

use ::governance::reports::{self, Within};
use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{
    errors::Problem,
    reports::{AiSummary, Span},
};

use crate::{App, Refusal, extract::Require};

/// What AI did in a span of days, at most two years: calls by how they ended, what they used and cost, by system and over time, and
/// why calls were refused.
#[utoipa::path(
    operation_id = "summarise_ai_use",
    tag = "governance",
    params(Span),
    responses(
        (status = 200, description = "Counted", body = AiSummary),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`validation`: it ends before it begins, or is too long", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[get("/governance/summary")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadGovernance>,
    span: web::Query<Span>,
) -> Result<HttpResponse, Refusal> {
    let summary = app
        .act(who.actor, Event::general(Action::AiUseRead), async |tx| {
            let within = Within::of(tx, *span).await?;
            Ok::<_, Refusal>(reports::summary(tx, who.granted, within).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(summary))
}
