//! `POST /auth/invitations/accept`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use crypto::Zeroizing;
use identity::{Factors, invitations};
use shared::{auth::SignedIn, errors::Problem, people::AcceptInvitation};

use crate::{
    App, Refusal,
    auth::{cookie, or_end, origin::Origin, signed_in},
    extract::Body,
    middleware::current_request,
};

/// Joins a practice by the link of an invitation, which works once, and signs in.
///
/// An address that has an account in another practice cannot join a second one yet, and is told so;
/// only who reads that address's mail can ask.
#[utoipa::path(
    operation_id = "accept_invitation",
    tag = "sign-in",
    request_body = AcceptInvitation,
    responses(
        (status = 201, description = "Joined and signed in; the refresh token is in a cookie", body = SignedIn),
        (status = 403, description = "`sso_required`", body = Problem),
        (status = 409, description = "`invitation_account_exists`", body = Problem),
        (status = 410, description = "`invitation_ended`: accepted, taken back, expired, or never there", body = Problem),
        (status = 422, description = "`validation`, `password_too_short`, `password_too_common`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
        (status = 503, description = "`busy`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/invitations/accept", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn accept(
    app: web::Data<App>,
    origin: Origin,
    body: Body<AcceptInvitation>,
) -> Result<HttpResponse, Refusal> {
    let (Origin(origin), Body(request)) = (origin, body);
    let pending = invitations::find_pending(&app.database.lookup(), request.token.reveal()).await?;
    let actor = Actor::system("system:invitation", pending.practice_id, current_request());
    let tx = app.database.begin_reading(actor.clone()).await?;
    let checked = invitations::check(&tx, pending, &request).await;
    tx.end().await?;
    checked?;
    let hash = app.passwords.hash(Zeroizing::new(request.password.reveal().clone())).await?;
    let mut tx = app.database.begin(actor).await?;
    let user_id = match invitations::accept(&mut tx, pending, &request, hash).await {
        Ok(user_id) => user_id,
        Err(refused) => {
            tx.end().await?;
            return Err(refused.into());
        }
    };
    let opened = identity::sign_in(&mut tx, user_id, Factors::PasswordAlone, &origin).await;
    // Where people come by a provider alone, nobody joins by a password: nothing is kept.
    let (tx, opened) = or_end(tx, opened).await?;
    tx.commit().await?;
    let mut response = HttpResponse::Created();
    cookie::set_refresh(&app, &mut response, &opened);
    cookie::set_device(&app, &mut response, &opened);
    Ok(response.json(signed_in(&app, &opened)?))
}
