//! `PUT /governance/systems/{id}/key`

use access::perm;
use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use shared::{AiSystemId, errors::Problem, governance::ReplaceAiSystemKey};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// What a system of the practice's own is shown from the next call on. It is kept sealed, and shown to nobody else.
#[utoipa::path(
    operation_id = "replace_ai_system_key",
    tag = "governance",
    params(("id" = AiSystemId, Path)),
    request_body = ReplaceAiSystemKey,
    responses(
        (status = 204, description = "Replaced"),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: it is none of the practice's own", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[put("/governance/systems/{id}/key")]
pub async fn replace(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    id: web::Path<AiSystemId>,
    body: Body<ReplaceAiSystemKey>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    app.act(who.actor, Event::of(Action::AiSystemKeyReplaced, id), async |tx| {
        ::governance::systems::replace_key(tx, who.granted, id, &body.0.key).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
