//! `POST /me/practices`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use identity::invitations;
use shared::{
    errors::{ErrorCode, Problem},
    page::Page,
    practices::{JoinPractice, OwnPractice},
};

use crate::{
    App, Refusal,
    auth::own_password,
    extract::{Anyone, Body},
    middleware::current_request,
};

/// Joins another practice by an invitation to the address of one's own account. Asks for the password
/// again, and of whoever has a second factor for one shown within five minutes. One stays where one is:
/// `POST /auth/switch` goes there.
#[utoipa::path(
    operation_id = "join_practice",
    tag = "sign-in",
    request_body = JoinPractice,
    responses(
        (status = 200, description = "Joined; the practices one works in now", body = Page<OwnPractice>),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: not the own password", body = Problem),
        (status = 403, description = "`step_up_required`, `invitation_for_another`", body = Problem),
        (status = 409, description = "`already_member`", body = Problem),
        (status = 410, description = "`invitation_ended`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("anyone")))
)]
#[post("/me/practices", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn join(
    app: web::Data<App>,
    who: Anyone,
    body: Body<JoinPractice>,
) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let person = who.actor.as_person().ok_or(ErrorCode::Unauthenticated)?;
    own_password::confirm(&app, &who.actor, request.password.reveal()).await?;
    let tx = app.database.begin_reading(who.actor.clone()).await?;
    let checked = match identity::has_second_factor(&tx, person.user_id).await {
        Ok(true) => identity::fresh(&tx).await.map(drop).map_err(Refusal::from),
        Ok(false) => Ok(()),
        Err(error) => Err(error.into()),
    };
    tx.end().await?;
    checked?;
    let lookup = app.database.lookup();
    let pending = invitations::find_pending(&lookup, request.token.reveal()).await?;
    // Only the practice that is joined records it: where else somebody works is nobody's business.
    let actor = Actor::system("system:invitation", pending.practice_id, current_request());
    let mut tx = app.database.begin(actor).await?;
    let joined = identity::join(&mut tx, pending, person.user_id).await;
    if let Err(refused) = joined {
        tx.end().await?;
        return Err(refused.into());
    }
    tx.commit().await?;
    let items = identity::list_own_practices(&lookup, person, who.actor.practice_id()).await?;
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}
