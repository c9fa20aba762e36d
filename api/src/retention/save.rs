//! `PUT /retention/chart-rule`

use access::perm;
use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use clinical::retention;
use shared::{
    errors::Problem,
    retention::{NewChartRule, RetentionView},
};

use crate::{
    App, Refusal,
    extract::{Body, Require},
};

/// Decides how long charts are kept. What removes more than the rule before is in force 30 days later, and can be withdrawn
/// until then. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "save_chart_rule",
    tag = "retention",
    request_body = NewChartRule,
    responses(
        (status = 200, description = "Decided", body = RetentionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 409, description = "`below_minimum`: shorter than what is asked for, and not confirmed", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[put("/retention/chart-rule")]
pub async fn save(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
    body: Body<NewChartRule>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let saved = app
        .act(who.actor, Event::general(Action::ChartRuleSaved), async |tx| {
            let jurisdiction = identity::find_jurisdiction(tx).await?;
            let saved = retention::save(tx, who.granted, &jurisdiction, &new).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(saved)
        })
        .await?;
    Ok(HttpResponse::Ok().json(saved))
}
