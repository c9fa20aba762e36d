//! `POST /auth/switch`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::SwitchError;
use shared::{
    auth::SignedIn,
    errors::{ErrorCode, Problem},
    practices::SwitchPractice,
};

use super::{answer, or_end, origin::Origin};
use crate::{
    App, Refusal,
    extract::{Anyone, Body},
    middleware::current_request,
};

/// Ends this sign-in and opens one in another practice of one's own, which lasts no longer than this one
/// would have. A second factor of one's own counts from when it was shown.
#[utoipa::path(
    operation_id = "switch_practice",
    tag = "sign-in",
    request_body = SwitchPractice,
    responses(
        (status = 200, description = "Signed in there; the refresh token is in a cookie", body = SignedIn),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`sso_switch_refused`, `sso_required`", body = Problem),
        (status = 404, description = "`not_found`: one does not work there", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/auth/switch", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn switch(
    app: web::Data<App>,
    who: Anyone,
    origin: Origin,
    body: Body<SwitchPractice>,
) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request)) = (origin, body);
    let person = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    let lookup = app.database.lookup();
    let works_there = identity::is_own_practice(&lookup, person.user_id, request.practice_id).await?;
    let attempt = Event::of(Action::PracticeLeft, person.session_id);
    // The first transaction ends the one sign-in, the second opens the other: if the process dies between
    // them, the person is signed out, and never signed in twice.
    let carried = app
        .act(who.actor, attempt, async |tx| {
            if !works_there {
                return Err(SwitchError::NotFound);
            }
            identity::leave(tx).await
        })
        .await?;
    let actor = Actor::system("system:sign-in", request.practice_id, current_request());
    let mut tx = app.database.begin(actor).await?;
    let entered = identity::enter(&mut tx, carried, &origin).await;
    let (tx, opened) = or_end(tx, entered).await?;
    tx.commit().await?;
    answer(&app, &opened)
}
