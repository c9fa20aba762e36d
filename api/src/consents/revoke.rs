//! `POST /consents/{id}/revoke`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::consents;
use shared::{ConsentId, consents::ConsentView, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Takes a consent back, from now on.
#[utoipa::path(
    operation_id = "revoke_consent",
    tag = "consents",
    params(("id" = ConsentId, Path)),
    responses(
        (status = 200, description = "Done", body = ConsentView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`consent_revoked`", body = Problem),
    ),
    extensions(("x-permission" = json!("consents.write")))
)]
#[post("/consents/{id}/revoke")]
pub async fn revoke(
    app: web::Data<App>,
    who: Require<perm::WriteConsents>,
    id: web::Path<ConsentId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let consent = app
        .act(who.actor, Event::of(Action::ConsentRevoked, id), async |tx| {
            consents::revoke(tx, who.granted, id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(consent))
}
