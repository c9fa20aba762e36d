//! `GET /governance/systems`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{errors::Problem, governance::AiSystemView, page::Page};

use crate::{App, Refusal, extract::Require};

/// The AI systems that the practice uses.
#[utoipa::path(
    operation_id = "list_ai_systems",
    tag = "governance",
    responses(
        (status = 200, description = "All of them", body = Page<AiSystemView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[get("/governance/systems")]
pub async fn systems(
    app: web::Data<App>,
    who: Require<perm::ReadGovernance>,
) -> Result<HttpResponse, Refusal> {
    let gateway = app.scribe.gateway.clone();
    let items = app
        .act(who.actor, Event::general(Action::AiSystemsListed), async |tx| {
            gateway.systems(tx, who.granted).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
