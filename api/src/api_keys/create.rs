//! `POST /api-keys`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::api_keys;
use shared::{
    ApiKeyId,
    api_keys::{CreateApiKey, NewApiKey},
    errors::{ErrorCode, Problem},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Makes a key for another program. Its secret is told here and never again. Needs a fresh second factor.
#[utoipa::path(
    operation_id = "create_api_key",
    tag = "people",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = CreateApiKey,
    responses(
        (status = 201, description = "Made; the secret is in here and nowhere else", body = NewApiKey),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: nobody gives what they do not have; `step_up_required`", body = Problem),
        (status = 409, description = "`conflict`: made under this Idempotency-Key before, and told then", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("api_keys.write")))
)]
#[post("/api-keys")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WriteApiKeys>,
    idempotency: Idempotency,
    body: Body<CreateApiKey>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /api-keys", &new)?;
    let made = app
        .act(who.actor, Event::general(Action::ApiKeyCreated), async |tx| {
            if once::earlier::<ApiKeyId>(tx, key.as_ref()).await?.is_some() {
                return Err(Refusal::new(ErrorCode::Conflict)
                    .because("This key was made before. Its secret was told then."));
            }
            let fresh = identity::fresh(tx).await?;
            let made = api_keys::create(tx, who.granted, fresh, &new).await?;
            once::remember(tx, key.as_ref(), made.api_key.id).await?;
            Ok(made)
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}
