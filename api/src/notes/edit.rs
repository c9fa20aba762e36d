//! `PATCH /notes/{id}`

use access::perm;
use actix_web::{HttpResponse, patch, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{
    NoteId,
    errors::Problem,
    notes::{EditNote, NoteView},
};

use crate::{
    App, Refusal,
    extract::{Body, IfMatch, Require, etag},
};

/// Changes a draft: the sections given replace those of the same key. Whose words a sentence holds,
/// the server decides.
#[utoipa::path(
    operation_id = "edit_note",
    tag = "notes",
    params(("id" = NoteId, Path), ("If-Match" = String, Header, description = "The `ETag` that the change is meant for")),
    request_body = EditNote,
    responses(
        (status = 200, description = "Changed", body = NoteView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_signed`", body = Problem),
        (status = 412, description = "`precondition_failed`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.write")))
)]
#[patch("/notes/{id}")]
pub async fn edit(
    app: web::Data<App>,
    who: Require<perm::WriteNotes>,
    id: web::Path<NoteId>,
    expected: IfMatch,
    body: Body<EditNote>,
) -> Result<HttpResponse, Refusal> {
    let (id, IfMatch(expected), Body(edit)) = (id.into_inner(), expected, body);
    let note = app
        .act(who.actor, Event::of(Action::NoteEdited, id), async |tx| {
            notes::edit(tx, who.granted, id, expected, edit).await
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(note.revision)).json(note))
}
