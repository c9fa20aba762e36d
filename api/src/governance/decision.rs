//! `GET /governance/systems/{id}/decision`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::{consents::standings, encounters::clients_of};
use shared::{
    AiSystemId,
    decisions::{AiDecision, AskDecision},
    errors::{ErrorCode, Problem},
};

use crate::{App, Refusal, extract::Require};

/// Whether an AI system might be called now, for a session that one sees or for any, and what every rule says of that. Nothing
/// is called.
#[utoipa::path(
    operation_id = "explain_ai_decision",
    tag = "governance",
    params(("id" = AiSystemId, Path), AskDecision),
    responses(
        (status = 200, description = "What every rule says", body = AiDecision),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[get("/governance/systems/{id}/decision")]
pub async fn explain(
    app: web::Data<App>,
    who: Require<perm::ReadGovernance>,
    id: web::Path<AiSystemId>,
    asked: web::Query<AskDecision>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let gateway = app.scribe.gateway.clone();
    let decision = app
        .act(who.actor, Event::of(Action::AiDecisionAsked, id), async |tx| {
            let session = match asked.encounter_id {
                Some(session) if clients_of(tx, session).await?.is_empty() => {
                    return Err(Refusal::new(ErrorCode::NotFound));
                }
                Some(session) => Some(standings(tx, session).await?),
                None => None,
            };
            let decision = gateway.explain(tx, who.granted, id, asked.data, session).await?;
            decision.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
        })
        .await?;
    Ok(HttpResponse::Ok().json(decision))
}
