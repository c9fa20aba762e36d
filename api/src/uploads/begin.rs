//! `POST /uploads`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use audit::{Action, Event};
use scribe::uploads::{self, NewUpload};
use shared::errors::{ErrorCode, Problem};

use super::tus;
use crate::{App, Refusal, extract::Require};

/// Begins a resumable upload of a recording. Refused without a live consent to record.
///
/// `Upload-Metadata` names the `encounter_id`, and may name `filename` and `filetype`. With the content
/// type of a chunk, the body is taken as the first one.
#[utoipa::path(
    operation_id = "begin_upload",
    tag = "recordings",
    responses(
        (status = 201, description = "Begun; `Location` is where to go on"),
        (status = 400, description = "`invalid_request`, `upload_length`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: no such session", body = Problem),
        (status = 409, description = "`consent_missing`, `recording_exists`, `already_signed`", body = Problem),
        (status = 412, description = "`tus_version`", body = Problem),
        (status = 413, description = "`payload_too_large`", body = Problem),
        (status = 415, description = "`audio_not_recognised`, `audio_mislabelled`, `audio_unsupported_codec`", body = Problem),
        (status = 422, description = "`audio_empty`, `audio_no_track`, `audio_damaged`", body = Problem),
        (status = 460, description = "`upload_checksum`", body = Problem),
        (status = 507, description = "`storage_full`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[post("/uploads")]
pub async fn begin(
    app: web::Data<App>,
    who: Require<perm::WriteRecordings>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    tus::check_version(&request)?;
    let encounter_id =
        tus::metadata(&request, "encounter_id").and_then(|id| id.parse().ok()).ok_or_else(|| {
            Refusal::new(ErrorCode::InvalidRequest).because("Upload-Metadata must name an encounter_id.")
        })?;
    let new = NewUpload {
        encounter_id,
        length: tus::number(&request, "upload-length")?,
        media_type: tus::metadata(&request, "filetype").unwrap_or_default(),
        filename: tus::metadata(&request, "filename").unwrap_or_default(),
    };
    let limits = app.scribe.limits;
    let mut upload = app
        .act(who.actor.clone(), Event::general(Action::UploadBegun), async |tx| {
            uploads::begin(tx, who.granted, limits, new).await
        })
        .await?;
    if tus::is_chunk(&request) {
        let checksum = tus::checksum(&request)?;
        let attempt = Event::of(Action::UploadContinued, upload.id);
        let body = tus::body(payload);
        let took =
            uploads::append(&app.scribe, who.actor.clone(), who.granted, upload.id, 0, checksum, body).await;
        upload = app.or_record(who.actor, attempt, took).await?;
    }
    let mut response = HttpResponse::Created();
    tus::tell(&mut response, &upload);
    Ok(response.insert_header((header::LOCATION, format!("/api/v1/uploads/{}", upload.id))).finish())
}
