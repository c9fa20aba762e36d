//! `DELETE /sessions/{id}`

use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use shared::{SessionId, errors::Problem};

use crate::{App, Refusal, extract::Anyone};

/// Ends one of my sign-ins, from its next request on.
#[utoipa::path(
    operation_id = "end_session",
    tag = "sign-in",
    params(("id" = SessionId, Path)),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 404, description = "`not_found`: none of mine, or over", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[delete("/sessions/{id}")]
pub async fn end(
    app: web::Data<App>,
    who: Anyone,
    id: web::Path<SessionId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let attempt = Event::of(Action::SessionEnded, id);
    app.act(who.actor, attempt, async |tx| identity::end_sign_in(tx, id).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
