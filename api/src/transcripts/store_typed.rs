//! `PUT /encounters/{id}/transcript`

use access::perm;
use actix_web::{HttpResponse, put, web};
use audit::{Action, Event};
use clinical::transcripts;
use shared::{
    EncounterId,
    errors::Problem,
    transcripts::{TranscriptView, TypedTranscript},
};

use crate::{
    App, Refusal,
    extract::{Body, IfNoneMatchAny, Require, etag},
};

/// Keeps text typed for a session without sound. Only where there is no transcript yet: a transcript
/// is corrected by `PATCH`, never replaced, because notes cite its lines.
#[utoipa::path(
    operation_id = "type_transcript",
    tag = "transcripts",
    params(("id" = EncounterId, Path), ("If-None-Match" = String, Header, description = "`*`")),
    request_body = TypedTranscript,
    responses(
        (status = 201, description = "Created", body = TranscriptView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_signed`", body = Problem),
        (status = 412, description = "`precondition_failed`: there is a transcript", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("transcripts.write")))
)]
#[put("/encounters/{id}/transcript")]
pub async fn store_typed(
    app: web::Data<App>,
    who: Require<perm::WriteTranscripts>,
    id: web::Path<EncounterId>,
    _only_new: IfNoneMatchAny,
    body: Body<TypedTranscript>,
) -> Result<HttpResponse, Refusal> {
    let (encounter_id, Body(typed)) = (id.into_inner(), body);
    let transcript = app
        .act(who.actor, Event::of(Action::TranscriptStored, encounter_id), async |tx| {
            transcripts::store_typed(tx, who.granted, encounter_id, typed).await
        })
        .await?;
    Ok(HttpResponse::Created().insert_header(etag(transcript.revision)).json(transcript))
}
