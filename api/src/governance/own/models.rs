//! `GET /ai/models`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use serde_json::json;
use shared::{errors::Problem, governance::AiSystemView};

use crate::{App, Refusal, extract::Require};

/// The AI systems of the practice's own that may be asked, as OpenAI's API lists its models
/// (<https://platform.openai.com/docs/api-reference/models/list>): programs that let somebody choose ask here.
#[utoipa::path(
    operation_id = "list_own_ai_systems",
    tag = "governance",
    responses(
        (status = 200, description = "Those that are switched on, in `data`", body = Object),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("ai.ask")))
)]
#[get("/ai/models")]
pub async fn models(app: web::Data<App>, who: Require<perm::AskAi>) -> Result<HttpResponse, Refusal> {
    let own = app
        .act(who.actor, Event::general(Action::AiSystemsListed), async |tx| {
            ::governance::systems::list_own(tx, who.granted).await
        })
        .await?;
    let model = |system: AiSystemView| json!({ "id": system.key, "object": "model", "created": system.updated_at.timestamp(), "owned_by": system.vendor });
    Ok(HttpResponse::Ok()
        .json(json!({ "object": "list", "data": own.into_iter().map(model).collect::<Vec<_>>() })))
}
