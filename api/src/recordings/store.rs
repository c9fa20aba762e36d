//! `POST /encounters/{id}/recordings`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use audit::{Action, Event};
use futures_util::StreamExt;
use scribe::{
    recordings,
    uploads::{self, NewUpload},
};
use shared::{
    EncounterId,
    errors::{ErrorCode, Problem},
    recordings::RecordingView,
};

use crate::{App, Refusal, extract::Require};

/// Stores a recording in one go: the sound is the body. Its way to a transcript starts by itself.
/// For what is large or comes over a poor connection, use `/uploads`.
#[utoipa::path(
    operation_id = "store_recording",
    tag = "recordings",
    params(("id" = EncounterId, Path)),
    request_body(content = String, content_type = "audio/*", description = "The bytes of a wav, mp3, m4a, flac, ogg or webm file"),
    responses(
        (status = 201, description = "Stored", body = RecordingView),
        (status = 400, description = "`invalid_request`: no Content-Length; `upload_length`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`consent_missing`, `recording_exists`, `already_signed`", body = Problem),
        (status = 413, description = "`payload_too_large`", body = Problem),
        (status = 415, description = "`audio_not_recognised`, `audio_mislabelled`", body = Problem),
        (status = 422, description = "`audio_empty`", body = Problem),
        (status = 507, description = "`storage_full`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[post("/encounters/{id}/recordings")]
pub async fn store(
    app: web::Data<App>,
    who: Require<(perm::WriteRecordings, perm::ReadRecordings)>,
    id: web::Path<EncounterId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    let (write, read) = who.granted;
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let length = match header(header::CONTENT_LENGTH) {
        Some(length) => length.parse().ok(),
        // Neither a length nor pieces: there is no body (RFC 9112 §6.3).
        None => (!request.headers().contains_key(header::TRANSFER_ENCODING)).then_some(0),
    };
    let length =
        length.ok_or_else(|| Refusal::new(ErrorCode::InvalidRequest).because("Send Content-Length."))?;
    let new = NewUpload {
        encounter_id: id.into_inner(),
        length,
        media_type: header(header::CONTENT_TYPE).unwrap_or_default().to_owned(),
        filename: String::new(),
    };
    let limits = app.scribe.limits;
    let upload = app
        .act(who.actor.clone(), Event::general(Action::UploadBegun), async |tx| {
            uploads::begin(tx, write, limits, new).await
        })
        .await?;
    let body = payload.map(|bytes| bytes.map_err(drop));
    let took = uploads::append(&app.scribe, who.actor.clone(), write, upload.id, 0, None, body).await;
    let whole = match took {
        Ok(whole) if whole.complete => whole,
        took => {
            // There is nothing to go on with: a body comes whole or not at all.
            let refusal = took.err().map_or_else(|| ErrorCode::UploadLength.into(), Refusal::from);
            match uploads::remove(&app.scribe, who.actor.clone(), write, upload.id).await {
                Ok(()) | Err(uploads::AppendError::Load(_)) => {}
                Err(other) => return Err(other.into()),
            }
            if let Some(code) = refusal.code() {
                app.record(who.actor, Event::of(Action::UploadEnded, upload.id).refused(code)).await?;
            }
            return Err(refusal);
        }
    };
    let stored = Event::of(Action::RecordingRead, whole.recording_id);
    let view =
        app.act(who.actor, stored, async |tx| recordings::load(tx, read, whole.recording_id).await).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/recordings/{}", view.id)))
        .json(view))
}
