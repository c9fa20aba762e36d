//! `DELETE /retention/chart-rule`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use clinical::retention;
use shared::{errors::Problem, retention::RetentionView};

use crate::{App, Refusal, extract::Require};

/// Withdraws the rule that waits; the one in force stays. Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "withdraw_chart_rule",
    tag = "retention",
    responses(
        (status = 200, description = "Withdrawn", body = RetentionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: no rule waits", body = Problem),
    ),
    extensions(("x-permission" = json!("retention.manage")))
)]
#[delete("/retention/chart-rule")]
pub async fn withdraw(
    app: web::Data<App>,
    who: Require<perm::ManageRetention>,
) -> Result<HttpResponse, Refusal> {
    let left = app
        .act(who.actor, Event::general(Action::ChartRuleWithdrawn), async |tx| {
            let jurisdiction = identity::find_jurisdiction(tx).await?;
            let left = retention::withdraw(tx, who.granted, &jurisdiction).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(left)
        })
        .await?;
    Ok(HttpResponse::Ok().json(left))
}
