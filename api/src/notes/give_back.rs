//! `POST /notes/{id}/give-back`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{
    NoteId,
    errors::Problem,
    notes::{GiveBackNote, NoteView},
};

use crate::{
    App, Refusal,
    extract::{Body, IfMatch, Require, etag},
};

/// Gives a note that waits for a second signature back to whoever signed it, to be changed.
#[utoipa::path(
    operation_id = "give_back_note",
    tag = "notes",
    params(("id" = NoteId, Path), ("If-Match" = String, Header, description = "The `ETag` that the change is meant for")),
    request_body = GiveBackNote,
    responses(
        (status = 200, description = "Done", body = NoteView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `not_supervised`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_awaiting_co_signature`", body = Problem),
        (status = 412, description = "`precondition_failed`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.co_sign")))
)]
#[post("/notes/{id}/give-back")]
pub async fn give_back(
    app: web::Data<App>,
    who: Require<perm::CoSignNotes>,
    id: web::Path<NoteId>,
    expected: IfMatch,
    body: Body<GiveBackNote>,
) -> Result<HttpResponse, Refusal> {
    let (id, IfMatch(expected), Body(request)) = (id.into_inner(), expected, body);
    let note = app
        .act(who.actor, Event::of(Action::NoteGivenBack, id), async |tx| {
            notes::give_back(tx, who.granted, id, expected, request.reason).await
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(note.revision)).json(note))
}
