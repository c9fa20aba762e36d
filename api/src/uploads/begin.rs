//! `POST /uploads`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use audit::{Action, Event};
use scribe::uploads::{self, NewUpload};
use shared::{
    UploadId,
    errors::{ErrorCode, Problem},
};

use super::{lent_for, tus};
use crate::{
    App, Refusal,
    extract::{Idempotency, RequireEvenLocked},
    once,
};

/// Begins a resumable upload of a recording. Refused without a live consent to record.
///
/// `Upload-Metadata` names the `encounter_id`, and may name `filename` and `filetype`. With the content
/// type of a chunk, the body is taken as the first one; not when the request is sent again under its
/// `Idempotency-Key`: then `Upload-Offset` says where to go on.
///
/// With `Upload-Defer-Length: 1` in place of `Upload-Length` a session is sent while it is being recorded; the last piece
/// (it may be empty) brings `Upload-Length`. `Upload-Key` is then the key (AES-256-GCM, base64) under which an app may keep
/// sound until it has arrived. What never comes to its end becomes a recording, as far as it goes, when the upload expires.
#[utoipa::path(
    operation_id = "begin_upload",
    tag = "recordings",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    responses(
        (status = 201, description = "Begun; `Location` is where to go on"),
        (status = 400, description = "`invalid_request`, `upload_length`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: no such session", body = Problem),
        (status = 409, description = "`consent_missing`, `recording_exists`, `transcript_exists`, `already_signed`, `on_legal_hold`, `conflict`", body = Problem),
        (status = 410, description = "`upload_expired`: what the Idempotency-Key had begun", body = Problem),
        (status = 412, description = "`tus_version`", body = Problem),
        (status = 413, description = "`payload_too_large`", body = Problem),
        (status = 415, description = "`audio_not_recognised`, `audio_mislabelled`, `audio_unsupported_codec`", body = Problem),
        (status = 422, description = "`audio_empty`, `audio_no_track`, `audio_damaged`, `idempotency_mismatch`", body = Problem),
        (status = 460, description = "`upload_checksum`", body = Problem),
        (status = 507, description = "`storage_full`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[post("/uploads")]
pub async fn begin(
    app: web::Data<App>,
    who: RequireEvenLocked<perm::WriteRecordings>,
    idempotency: Idempotency,
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
        length: tus::length(&request)?,
        media_type: tus::metadata(&request, "filetype").unwrap_or_default(),
        filename: tus::metadata(&request, "filename").unwrap_or_default().into(),
    };
    let key = idempotency.key("POST /uploads", &tus::what_is_begun(&request))?;
    let limits = app.scribe.limits;
    let (mut upload, lent, is_new) = app
        .act(who.actor.clone(), Event::general(Action::UploadBegun), async |tx| {
            let earlier = once::earlier::<UploadId>(tx, key.as_ref()).await?;
            let upload = match earlier {
                Some(id) => uploads::load(tx, who.granted, id).await?,
                None => uploads::begin(tx, who.granted, limits, new).await?,
            };
            let lent = lent_for(tx, who.granted, &upload).await?;
            if earlier.is_none() {
                once::remember(tx, key.as_ref(), upload.id).await?;
            }
            Ok::<_, Refusal>((upload, lent, earlier.is_none()))
        })
        .await?;
    if is_new && tus::is_chunk(&request) {
        let attempt = Event::of(Action::UploadContinued, upload.id);
        let first = tus::piece(&request, upload.id, 0)?;
        let body = tus::body(payload);
        let took = uploads::append(&app.scribe, who.actor.clone(), who.granted, first, body).await;
        upload = app.or_record(who.actor, attempt, took).await?;
    }
    let mut response = HttpResponse::Created();
    tus::tell(&mut response, &upload);
    tus::lend(&mut response, lent);
    Ok(response.insert_header((header::LOCATION, format!("/api/v1/uploads/{}", upload.id))).finish())
}
