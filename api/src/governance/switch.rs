//! `PATCH /governance/systems/{id}`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use shared::{
    AiSystemId,
    errors::Problem,
    governance::{AiSystemView, EditAiSystem},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Switches an AI system on or off, notes the agreement with whoever runs it and until when it lasts, pins its version, says what
/// a month may cost, or chooses it for its purpose. From the next call on that holds; what is being called is broken off.
#[utoipa::path(
    operation_id = "switch_ai_system",
    tag = "governance",
    params(("id" = AiSystemId, Path)),
    request_body = EditAiSystem,
    responses(
        (status = 200, description = "Changed", body = AiSystemView),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`agreement_missing`: it is not on this computer; `ai_system_off`: what is off is not chosen", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[patch("/governance/systems/{id}")]
pub async fn switch(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    id: web::Path<AiSystemId>,
    body: Body<EditAiSystem>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let system = app
        .act(who.actor, Event::of(Action::AiSystemSwitched, id), async |tx| {
            ::governance::systems::switch(tx, who.granted, id, &body.0).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(system))
}
