//! `POST /invitations`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::invitations;
use shared::{
    InvitationId,
    errors::{ErrorCode, Problem},
    people::{InvitationView, Invite},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Invites somebody by a link that is sent to their address. Answers alike whether the address has an
/// account elsewhere or not. An open invitation to the same address is replaced.
#[utoipa::path(
    operation_id = "invite",
    tag = "people",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = Invite,
    responses(
        (status = 201, description = "Invited; the mail is on its way", body = InvitationView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: only an owner makes owners; `step_up_required`", body = Problem),
        (status = 409, description = "`already_member`", body = Problem),
        (status = 410, description = "`invitation_ended`: the one made under this key is over", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[post("/invitations")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    idempotency: Idempotency,
    body: Body<Invite>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /invitations", &new)?;
    let base_url = app.config.server.base_url.trim_end_matches('/');
    let invitation = app
        .act(who.actor, Event::general(Action::PersonInvited), async |tx| {
            let id = if let Some(id) = once::earlier::<InvitationId>(tx, key.as_ref()).await? {
                tx.record(Event::of(Action::InvitationsListed, id));
                id
            } else {
                let fresh = identity::fresh(tx).await?;
                let id = invitations::invite(tx, who.granted, fresh, &new, base_url).await?;
                once::remember(tx, key.as_ref(), id).await?;
                id
            };
            let made = invitations::load(tx, who.granted, id).await?;
            made.ok_or_else(|| Refusal::new(ErrorCode::InvitationEnded))
        })
        .await?;
    Ok(HttpResponse::Created().json(invitation))
}
