//! `GET /activity-findings`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::activity;
use shared::{
    activity::ActivityFindingView,
    errors::Problem,
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// What of what people did is worth a second look, the newest first, with what was decided. Each week is looked at
/// once, when it is over.
#[utoipa::path(
    operation_id = "list_activity_findings",
    tag = "people",
    params(PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<ActivityFindingView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/activity-findings")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let found = app
        .act(who.actor, Event::general(Action::ActivityFindingsListed), async |tx| {
            activity::list(tx, who.granted, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(found))
}
