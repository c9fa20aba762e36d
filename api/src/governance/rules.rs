//! `GET /governance/rules`, and `PUT` and `DELETE /governance/rules/{key}/set-aside`

use access::perm;
use actix_web::{HttpResponse, delete, get, put, web};
use audit::{Action, Event};
use shared::{
    decisions::{AiOrderView, NewAiOrder, PlaceRules},
    errors::Problem,
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// What laws ask of AI in therapy, each with its source and how sure that is, those that hold where the practice works first; and
/// what the practice has ordered about them. Nobody's legal advice.
#[utoipa::path(
    operation_id = "list_ai_rules",
    tag = "governance",
    responses(
        (status = 200, description = "All of them", body = PlaceRules),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[get("/governance/rules")]
pub async fn list(app: web::Data<App>, who: Require<perm::ReadGovernance>) -> Result<HttpResponse, Refusal> {
    let rules = app
        .act(who.actor, Event::general(Action::AiRulesListed), async |tx| {
            ::governance::orders::list_rules(tx, who.granted).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(rules))
}

/// Sets a rule of a place aside, with a reason, until somebody has it hold again. Asks for a second factor shown within five
/// minutes.
#[utoipa::path(
    operation_id = "set_ai_rule_aside",
    tag = "governance",
    params(("key" = String, Path)),
    request_body = NewAiOrder,
    responses(
        (status = 200, description = "Set aside", body = AiOrderView),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[put("/governance/rules/{key}/set-aside")]
pub async fn set_aside(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    key: web::Path<String>,
    body: Body<NewAiOrder>,
) -> Result<HttpResponse, Refusal> {
    let order = app
        .act(who.actor, Event::general(Action::AiRuleSetAside), async |tx| {
            let order = ::governance::orders::set_aside(tx, who.granted, &key, &body.0).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(order)
        })
        .await?;
    Ok(HttpResponse::Ok().json(order))
}

/// Has a rule of a place hold again.
#[utoipa::path(
    operation_id = "hold_ai_rule_again",
    tag = "governance",
    params(("key" = String, Path)),
    responses(
        (status = 204, description = "It holds again"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: it is not set aside", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[delete("/governance/rules/{key}/set-aside")]
pub async fn hold_again(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    key: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    app.act(who.actor, Event::general(Action::AiRuleHoldsAgain), async |tx| {
        ::governance::orders::holds_again(tx, who.granted, &key).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
