//! `PUT` and `DELETE /governance/stop`

use access::perm;
use actix_web::{HttpResponse, delete, put, web};
use audit::{Action, Event};
use shared::{
    decisions::{AiOrderView, NewAiOrder},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Stops all AI of the practice, until somebody allows it again: every call is refused from now on, and what is being called is
/// broken off within five seconds, in all processes. Where it is stopped already, the order that does so is answered.
#[utoipa::path(
    operation_id = "stop_ai",
    tag = "governance",
    request_body = NewAiOrder,
    responses(
        (status = 200, description = "Stopped", body = AiOrderView),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[put("/governance/stop")]
pub async fn stop(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    body: Body<NewAiOrder>,
) -> Result<HttpResponse, Refusal> {
    let order = app
        .act(who.actor, Event::general(Action::AiStopped), async |tx| {
            ::governance::orders::stop(tx, who.granted, &body.0).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(order))
}

/// Allows AI again, as far as the rules do. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "allow_ai_again",
    tag = "governance",
    responses(
        (status = 204, description = "Allowed again"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: nothing is stopped", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[delete("/governance/stop")]
pub async fn allow_again(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
) -> Result<HttpResponse, Refusal> {
    app.act(who.actor, Event::general(Action::AiAllowedAgain), async |tx| {
        ::governance::orders::allow_again(tx, who.granted).await?;
        identity::fresh(tx).await?;
        Ok::<_, Refusal>(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
