//! `PATCH /encounters/{id}/transcript`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use clinical::transcripts;
use shared::{
    EncounterId,
    errors::Problem,
    transcripts::{EditTranscript, TranscriptView},
};

use crate::{
    App, Refusal,
    extract::{Body, IfMatch, Require, etag},
};

/// Corrects a transcript: renames voices, corrects lines, divides and joins them, gives them to another voice, merges voices.
#[utoipa::path(
    operation_id = "edit_transcript",
    tag = "transcripts",
    params(("id" = EncounterId, Path), ("If-Match" = String, Header, description = "The `ETag` that the change is meant for")),
    request_body = EditTranscript,
    responses(
        (status = 200, description = "Changed", body = TranscriptView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_signed`", body = Problem),
        (status = 412, description = "`precondition_failed`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("transcripts.write")))
)]
#[patch("/encounters/{id}/transcript")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WriteTranscripts>,
    id: web::Path<EncounterId>,
    expected: IfMatch,
    body: Body<EditTranscript>,
) -> Result<HttpResponse, Refusal> {
    let (encounter_id, IfMatch(expected), Body(edit)) = (id.into_inner(), expected, body);
    let transcript = app
        .act(who.actor, Event::of(Action::TranscriptEdited, encounter_id), async |tx| {
            transcripts::edit(tx, who.granted, encounter_id, expected, edit).await
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(transcript.revision)).json(transcript))
}
