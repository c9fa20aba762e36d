//! `GET /encounters/{id}/transcript`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::transcripts;
use shared::{EncounterId, errors::Problem, transcripts::TranscriptView};

use crate::{
    App, Refusal,
    extract::{Require, etag},
};

/// Who said what, when. Answers with an `ETag`.
#[utoipa::path(
    operation_id = "load_transcript",
    tag = "transcripts",
    params(("id" = EncounterId, Path)),
    responses(
        (status = 200, description = "Found", body = TranscriptView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("transcripts.read")))
)]
#[get("/encounters/{id}/transcript")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadTranscripts>,
    id: web::Path<EncounterId>,
) -> Result<HttpResponse, Refusal> {
    let encounter_id = id.into_inner();
    let transcript = app
        .act(who.actor, Event::of(Action::TranscriptRead, encounter_id), async |tx| {
            transcripts::load(tx, who.granted, encounter_id).await
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(transcript.revision)).json(transcript))
}
