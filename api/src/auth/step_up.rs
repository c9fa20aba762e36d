//! `POST /auth/step-up`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::Shown;
use shared::{
    errors::{ErrorCode, Problem},
    second_factors::{StepUp, SteppedUp},
};

use super::guarded::guarded;
use crate::{
    App, Refusal,
    extract::{Anyone, Body},
};

/// Shows the second factor again. What is dear asks for one that was shown within five minutes.
#[utoipa::path(
    tag = "sign-in",
    request_body = StepUp,
    responses(
        (status = 200, description = "The second factor is fresh", body = SteppedUp),
        (status = 401, description = "`unauthenticated`, `invalid_code`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/auth/step-up", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn step_up(app: web::Data<App>, who: Anyone, body: Body<StepUp>) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let session_id = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    let shown = Shown { method: request.method, code: request.code.reveal() };
    let attempt = Event::of(Action::SteppedUp, session_id);
    let fresh_until =
        guarded(&app, who.actor, attempt, async |tx| identity::step_up(tx, shown).await).await?;
    Ok(HttpResponse::Ok().json(SteppedUp { fresh_until }))
}
