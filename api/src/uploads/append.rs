//! `PATCH /uploads/{id}`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, patch, web};
use audit::{Action, Event};
use scribe::uploads;
use shared::{
    UploadId,
    errors::{ErrorCode, Problem},
};

use super::tus;
use crate::{App, Refusal, extract::RequireEvenLocked};

/// Takes the next bytes. The last ones make the recording, whose id is in `Recording-Id`, and start
/// its way to a draft. Of an upload that was begun without a length, the last ones bring `Upload-Length`.
#[utoipa::path(
    operation_id = "append_upload",
    tag = "recordings",
    params(("id" = UploadId, Path)),
    responses(
        (status = 204, description = "Taken; `Upload-Offset` is where to go on"),
        (status = 400, description = "`invalid_request`, `upload_length`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`upload_offset`, `consent_missing`, `recording_exists`, `transcript_exists`, `already_signed`, `on_legal_hold`", body = Problem),
        (status = 410, description = "`upload_expired`", body = Problem),
        (status = 412, description = "`tus_version`", body = Problem),
        (status = 415, description = "`unsupported_media_type`, `audio_not_recognised`, `audio_mislabelled`, `audio_unsupported_codec`", body = Problem),
        (status = 422, description = "`audio_no_track`, `audio_damaged`", body = Problem),
        (status = 460, description = "`upload_checksum`", body = Problem),
        (status = 507, description = "`storage_full`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[patch("/uploads/{id}")]
pub async fn append(
    app: web::Data<App>,
    who: RequireEvenLocked<perm::WriteRecordings>,
    id: web::Path<UploadId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    tus::check_version(&request)?;
    if !tus::is_chunk(&request) {
        return Err(Refusal::new(ErrorCode::UnsupportedMediaType).because(format!("Send {}.", tus::CHUNK)));
    }
    let id = id.into_inner();
    let piece = tus::piece(&request, id, tus::number(&request, "upload-offset")?)?;
    let attempt = Event::of(Action::UploadContinued, id);
    let took = uploads::append(&app.scribe, who.actor.clone(), who.granted, piece, tus::body(payload)).await;
    let upload = app.or_record(who.actor, attempt, took).await?;
    let mut response = HttpResponse::NoContent();
    tus::tell(&mut response, &upload);
    Ok(response.finish())
}
