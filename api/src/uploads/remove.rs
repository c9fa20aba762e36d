//! `DELETE /uploads/{id}`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, delete, web};
use audit::{Action, Event};
use scribe::uploads;
use shared::{UploadId, errors::Problem};

use super::tus;
use crate::{App, Refusal, extract::RequireEvenLocked};

/// Gives up an upload, with everything it has stored.
#[utoipa::path(
    operation_id = "remove_upload",
    tag = "recordings",
    params(("id" = UploadId, Path)),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`on_legal_hold`", body = Problem),
        (status = 412, description = "`tus_version`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[delete("/uploads/{id}")]
pub async fn remove(
    app: web::Data<App>,
    who: RequireEvenLocked<perm::WriteRecordings>,
    id: web::Path<UploadId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    tus::check_version(&request)?;
    let id = id.into_inner();
    let gone = uploads::remove(&app.scribe, who.actor.clone(), who.granted, id).await;
    app.or_record(who.actor, Event::of(Action::UploadEnded, id), gone).await?;
    Ok(HttpResponse::NoContent().insert_header(("Tus-Resumable", tus::VERSION)).finish())
}
