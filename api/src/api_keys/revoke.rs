//! `DELETE /api-keys/{id}`

use access::perm;
use actix_web::{HttpResponse, delete, web};
use audit::{Action, Event};
use identity::api_keys;
use shared::{ApiKeyId, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Ends a key: from its next call on it opens nothing.
#[utoipa::path(
    operation_id = "revoke_api_key",
    tag = "people",
    params(("id" = ApiKeyId, Path)),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: there is none, or it was revoked", body = Problem),
    ),
    extensions(("x-permission" = json!("api_keys.write")))
)]
#[delete("/api-keys/{id}")]
pub async fn revoke(
    app: web::Data<App>,
    who: Require<perm::WriteApiKeys>,
    id: web::Path<ApiKeyId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    app.act(who.actor, Event::of(Action::ApiKeyRevoked, id), async |tx| {
        api_keys::revoke(tx, who.granted, id).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
