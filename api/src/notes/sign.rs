//! `POST /notes/{id}/sign`

use access::{Tx, perm};
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{NoteId, errors::Problem, notes::NoteView, second_factors::OwnProof};

use super::signature::with_proof;
use crate::{
    App, Refusal,
    engines::RISK_LEXICON,
    extract::{Body, IfMatch, Require},
};

/// Signs a note, with the signer's password again or a passkey of theirs (45 CFR 164.312(d)). Nothing in it changes any more.
#[utoipa::path(
    operation_id = "sign_note",
    tag = "notes",
    params(("id" = NoteId, Path), ("If-Match" = String, Header, description = "The `ETag` that the change is meant for")),
    request_body = OwnProof,
    responses(
        (status = 200, description = "Done", body = NoteView),
        (status = 401, description = "`unauthenticated`, `invalid_credentials`: neither the signer's password nor their passkey", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_signed`, `note_incomplete`, `risk_unanswered`: lines about risk that the note neither cites nor somebody has dismissed", body = Problem),
        (status = 412, description = "`precondition_failed`: what would be signed is not what was read", body = Problem),
        (status = 422, description = "`validation`: give a password, or an answer of a passkey", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
        (status = 429, description = "`rate_limited`, `too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.sign")))
)]
#[post("/notes/{id}/sign", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_sign_in)")]
pub async fn sign(
    app: web::Data<App>,
    who: Require<perm::SignNotes>,
    id: web::Path<NoteId>,
    expected: IfMatch,
    body: Body<OwnProof>,
) -> Result<HttpResponse, Refusal> {
    let (id, IfMatch(expected), Body(proof)) = (id.into_inner(), expected, body);
    let sign = async |tx: &mut Tx, name| notes::sign(tx, who.granted, id, expected, name, RISK_LEXICON).await;
    with_proof(&app, who.actor, Event::of(Action::NoteSigned, id), &proof, sign).await
}
