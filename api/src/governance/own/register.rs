//! `POST /governance/systems`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{
    errors::Problem,
    governance::{AiSystemView, RegisterAiSystem},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Enters an AI system of the practice's own into its register. It is off until somebody switches it on; without an agreement it is
/// then asked with what is made up, and refused a client's data.
#[utoipa::path(
    operation_id = "register_ai_system",
    tag = "governance",
    request_body = RegisterAiSystem,
    responses(
        (status = 201, description = "Entered, and off", body = AiSystemView),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 409, description = "`ai_system_exists`", body = Problem),
        (status = 422, description = "`validation`: a text is missing, or the address may not be reached", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[post("/governance/systems")]
pub async fn register(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    body: Body<RegisterAiSystem>,
) -> Result<HttpResponse, Refusal> {
    let gateway = &app.scribe.gateway;
    let system = app
        .act(who.actor, Event::general(Action::AiSystemRegistered), async |tx| {
            ::governance::systems::register(tx, who.granted, &body.0, |address| gateway.admits(address)).await
        })
        .await?;
    Ok(HttpResponse::Created().json(system))
}
