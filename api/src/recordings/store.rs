//! `POST /encounters/{id}/recordings`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use audit::{Action, Event};
use scribe::{
    recordings,
    uploads::{self, Arriving, End, Length, NewUpload},
};
use shared::{
    EncounterId, RecordingId,
    errors::{ErrorCode, Problem},
    recordings::RecordingView,
};

use super::body::Body;
use crate::{
    App, Refusal,
    extract::{Idempotency, Require},
    once,
};

/// Stores a recording in one go: the sound is the body, with its length or in chunks. Its way to a
/// transcript starts by itself. For what is large or comes over a poor connection, use `/uploads`.
///
/// A recording that failed is replaced.
#[utoipa::path(
    operation_id = "store_recording",
    tag = "recordings",
    params(
        ("id" = EncounterId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new"),
    ),
    request_body(content = String, content_type = "audio/*", description = "The bytes of a wav, mp3, m4a, flac, ogg or webm file"),
    responses(
        (status = 201, description = "Stored", body = RecordingView),
        (status = 400, description = "`invalid_request`, `upload_length`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`consent_missing`, `recording_exists`, `transcript_exists`, `already_signed`, `on_legal_hold`, `conflict`", body = Problem),
        (status = 413, description = "`payload_too_large`", body = Problem),
        (status = 415, description = "`audio_not_recognised`, `audio_mislabelled`, `audio_unsupported_codec`", body = Problem),
        (status = 422, description = "`audio_empty`, `audio_no_track`, `audio_damaged`, `idempotency_mismatch`", body = Problem),
        (status = 507, description = "`storage_full`", body = Problem),
    ),
    extensions(("x-permission" = json!("recordings.write")))
)]
#[post("/encounters/{id}/recordings")]
pub async fn store(
    app: web::Data<App>,
    who: Require<(perm::WriteRecordings, perm::ReadRecordings)>,
    idempotency: Idempotency,
    id: web::Path<EncounterId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    let (write, read) = who.granted;
    let encounter_id = id.into_inner();
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    let body = Body::new(&request, payload);
    let operation = format!("POST /encounters/{encounter_id}/recordings");
    let key = |sum: &str| idempotency.key(&operation, &(&media_type, sum));
    let limits = app.scribe.limits;

    if let Some(before_the_body) = key("")? {
        let mut tx = app.database.begin(who.actor.clone()).await?;
        let is_used = once::is_used(&mut tx, &before_the_body).await;
        tx.end().await?;
        if is_used? {
            // The body says whether it is the same request.
            let key = key(&body.read_to_its_end(limits.max_file_size).await?)?;
            let view = app
                .act(who.actor, Event::general(Action::RecordingRead), async |tx| {
                    let made = once::earlier::<RecordingId>(tx, key.as_ref()).await?;
                    let made = made.ok_or(ErrorCode::NotFound)?;
                    Ok::<_, Refusal>(recordings::load(tx, read, made).await?)
                })
                .await?;
            return Ok(created(view));
        }
    }

    let new = NewUpload {
        encounter_id,
        length: body.length.map_or(Length::OfBody, Length::Known),
        media_type: media_type.clone(),
        filename: "".into(),
    };
    let upload = app
        .act(who.actor.clone(), Event::general(Action::UploadBegun), async |tx| {
            uploads::begin(tx, write, limits, new).await
        })
        .await?;
    // A key is only made here if one could be made above.
    let made_under = || key(&body.sum()).ok().flatten();
    let whole = Arriving {
        id: upload.id,
        offset: 0,
        checksum: None,
        end: if body.length.is_none() { End::WithBody } else { End::Announced },
        key: &made_under,
    };
    let took = uploads::append(&app.scribe, who.actor.clone(), write, whole, body.stream()).await;
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
    Ok(created(view))
}

fn created(view: RecordingView) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/recordings/{}", view.id)))
        .json(view)
}
