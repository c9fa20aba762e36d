//! `GET /notes/{id}`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{NoteId, errors::Problem, notes::NoteView};

use crate::{
    App, Refusal,
    extract::{Require, etag},
};

/// One note with what was added to it. Answers with an `ETag`.
#[utoipa::path(
    operation_id = "load_note",
    tag = "notes",
    params(("id" = NoteId, Path)),
    responses(
        (status = 200, description = "Found", body = NoteView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.read")))
)]
#[get("/notes/{id}")]
pub async fn load(
    app: web::Data<App>,
    who: Require<perm::ReadNotes>,
    id: web::Path<NoteId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let note = app
        .act(who.actor, Event::of(Action::NoteRead, id), async |tx| notes::load(tx, who.granted, id).await)
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(note.revision)).json(note))
}
