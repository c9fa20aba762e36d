//! `DELETE /invitations/{id}`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use identity::invitations;
use shared::{InvitationId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Takes an invitation back: its link opens nothing any more.
#[utoipa::path(
    operation_id = "revoke_invitation",
    tag = "people",
    params(("id" = InvitationId, Path)),
    responses(
        (status = 204, description = "Taken back"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: there is none, or it is over", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[delete("/invitations/{id}")]
pub async fn revoke(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<InvitationId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    app.act(who.actor, Event::of(Action::InvitationRevoked, id), async |tx| {
        invitations::revoke(tx, who.granted, id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
