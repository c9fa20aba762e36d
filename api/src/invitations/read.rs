//! `POST /auth/invitations/read`

use access::Actor;
use actix_web::{HttpResponse, post, web};
use identity::invitations;
use shared::{
    errors::Problem,
    people::{InvitationGreeting, ReadInvitation},
};

use crate::{App, Refusal, extract::Body, middleware::current_request};

/// What an invitation says to whoever holds its link. The token travels in the body, so that no log
/// of addresses holds it.
#[utoipa::path(
    operation_id = "read_invitation",
    tag = "sign-in",
    request_body = ReadInvitation,
    responses(
        (status = 200, description = "It still opens", body = InvitationGreeting),
        (status = 410, description = "`invitation_ended`: accepted, taken back, expired, or never there", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/auth/invitations/read", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn read(app: web::Data<App>, body: Body<ReadInvitation>) -> Result<HttpResponse, Refusal> {
    let Body(request) = body;
    let pending = invitations::find_pending(&app.database.lookup(), request.token.reveal()).await?;
    let actor = Actor::system("system:invitation", pending.practice_id, current_request());
    let mut tx = app.database.begin(actor).await?;
    let greeting = invitations::greet(&mut tx, pending).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok().json(greeting))
}
