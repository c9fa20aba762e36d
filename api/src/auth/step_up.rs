//! `POST /auth/step-up`

use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::passkeys::Asked;
use shared::{
    errors::{ErrorCode, Problem},
    passkeys::Purpose,
    second_factors::{StepUp, SteppedUp},
};

use super::{guarded::guarded, shown::shown};
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
        (status = 409, description = "`passkeys_unavailable`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/auth/step-up", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn step_up(app: web::Data<App>, who: Anyone, body: Body<StepUp>) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let person = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let asked = Asked::Within(person.session_id, person.user_id, Purpose::StepUp);
    let shown = shown(&app, asked, request.method, &request.code, request.assertion.as_ref())?;
    let attempt = Event::of(Action::SteppedUp, person.session_id);
    let fresh_until =
        guarded(&app, who.actor, attempt, async |tx| identity::step_up(tx, shown).await).await?;
    Ok(HttpResponse::Ok().json(SteppedUp { fresh_until }))
}
