//! `OPTIONS /uploads`

use actix_web::{HttpResponse, options, web};

use super::tus;
use crate::App;

/// What this server can do with uploads.
#[utoipa::path(
    operation_id = "describe_uploads",
    tag = "recordings",
    responses((status = 204, description = "`Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`")),
    extensions(("x-permission" = json!("public")))
)]
#[options("/uploads", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_anybody)")]
pub async fn describe(app: web::Data<App>) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("Tus-Resumable", tus::VERSION))
        .insert_header(("Tus-Version", tus::VERSION))
        .insert_header(("Tus-Extension", tus::EXTENSIONS))
        .insert_header(("Tus-Checksum-Algorithm", "sha1,sha256"))
        .insert_header(("Tus-Max-Size", app.scribe.limits.max_file_size.to_string()))
        .finish()
}
