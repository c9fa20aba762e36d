//! `DELETE /sessions`

use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use shared::errors::Problem;

use crate::{App, Refusal, extract::Anyone};

/// Ends all my sign-ins but this one.
#[utoipa::path(
    operation_id = "end_other_sessions",
    tag = "sign-in",
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[delete("/sessions")]
pub async fn end_others(app: web::Data<App>, who: Anyone) -> Result<HttpResponse, Refusal> {
    let attempt = Event::general(Action::OtherSessionsEnded);
    app.act(who.actor, attempt, async |tx| identity::end_other_sign_ins(tx).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
