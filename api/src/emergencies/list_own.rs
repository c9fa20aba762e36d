//! `GET /me/emergency-access`

use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use identity::emergencies;
use shared::{emergencies::EmergencyView, errors::Problem, page::Page};

use crate::{App, Refusal, extract::Anyone};

/// One's own that go on, or that one has not attested yet.
#[utoipa::path(
    operation_id = "list_own_emergency_accesses",
    tag = "emergency",
    responses(
        (status = 200, description = "As asked", body = Page<EmergencyView>),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[get("/me/emergency-access")]
pub async fn list_own(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let attempt = Event::general(Action::EmergenciesListed);
    let items = app.act(who.actor, attempt, async |tx| emergencies::list_own(tx).await).await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
