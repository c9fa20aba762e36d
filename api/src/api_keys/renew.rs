//! `POST /api-keys/{id}/renew`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::api_keys;
use shared::{ApiKeyId, api_keys::NewApiKey, errors::Problem};

use crate::{App, Refusal, extract::Require};

/// Gives a key a new secret; the one before opens nothing any more. Needs a fresh second factor.
#[utoipa::path(
    operation_id = "renew_api_key",
    tag = "people",
    params(("id" = ApiKeyId, Path)),
    responses(
        (status = 200, description = "Renewed; the secret is in here and nowhere else", body = NewApiKey),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: there is none, or it was revoked", body = Problem),
    ),
    extensions(("x-permission" = json!("api_keys.write")))
)]
#[post("/api-keys/{id}/renew")]
pub async fn renew(
    app: web::Data<App>,
    who: Require<perm::WriteApiKeys>,
    id: web::Path<ApiKeyId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let renewed = app
        .act(who.actor, Event::of(Action::ApiKeyRenewed, id), async |tx| {
            let fresh = identity::fresh(tx).await?;
            Ok::<_, Refusal>(api_keys::renew(tx, who.granted, fresh, id).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(renewed))
}
