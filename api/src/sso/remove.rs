//! `DELETE /sso/connections/{id}`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use shared::{SsoConnectionId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Removes a connection: nobody comes this way any more. Asks for a fresh second factor.
#[utoipa::path(
    operation_id = "remove_sso_connection",
    tag = "single sign-on",
    params(("id" = SsoConnectionId, Path)),
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[delete("/sso/connections/{id}")]
pub async fn remove(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    id: web::Path<SsoConnectionId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    app.act(who.actor, Event::of(Action::SsoConnectionRemoved, id), async |tx| {
        identity::sso::remove(tx, who.granted, id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
