//! `POST /encounters/{id}/drafts`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use shared::{
    EncounterId, JobId,
    errors::Problem,
    notes::{Accepted, DraftFrom, NewDraft},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Asks for a draft of a session in a format. It comes as a new note.
#[utoipa::path(
    operation_id = "request_draft",
    tag = "notes",
    params(
        ("id" = EncounterId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new"),
    ),
    request_body = NewDraft,
    responses(
        (status = 202, description = "Asked for", body = Accepted),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`no_transcript`, `already_signed`", body = Problem),
        (status = 422, description = "`idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.write")))
)]
#[post("/encounters/{id}/drafts")]
pub async fn draft(
    app: web::Data<App>,
    who: Require<(perm::WriteNotes, perm::ReadTranscripts)>,
    id: web::Path<EncounterId>,
    idempotency: Idempotency,
    body: Body<NewDraft>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let (write, read) = who.granted;
    let key = idempotency.key(&format!("POST /encounters/{id}/drafts"), &body.0)?;
    let NewDraft { template_id, source: DraftFrom::Transcript } = body.0;
    let job_id = app
        .act(who.actor, Event::general(Action::DraftRequested), async |tx| {
            if let Some(job_id) = once::earlier::<JobId>(tx, key.as_ref()).await? {
                tx.record(Event::of(Action::JobRead, job_id));
                return Ok::<_, Refusal>(job_id);
            }
            let job_id = scribe::jobs::request_draft(tx, write, read, id, template_id).await?;
            once::remember(tx, key.as_ref(), job_id).await?;
            Ok(job_id)
        })
        .await?;
    Ok(HttpResponse::Accepted().json(Accepted { job_id }))
}
