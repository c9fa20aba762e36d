//! `GET /signing-key`

use actix_web::{HttpResponse, get, web};
use identity::deletions::Certificates;

use crate::{App, Refusal};

/// The public key by which anybody can check what this server signs: exports of the audit trail, and certificates of
/// deletions. An Ed25519 key as a JWK (RFC 8037).
#[utoipa::path(
    operation_id = "show_signing_key",
    tag = "audit",
    responses((status = 200, description = "The key", content_type = "application/jwk+json")),
    extensions(("x-permission" = json!("public")))
)]
#[get("/signing-key", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_anybody)")]
pub async fn show(app: web::Data<App>) -> Result<HttpResponse, Refusal> {
    let key = Certificates::of(&app.database)?.public_key();
    Ok(HttpResponse::Ok().content_type("application/jwk+json").body(key))
}
