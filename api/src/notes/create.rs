//! `POST /notes`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{
    NoteId,
    errors::Problem,
    notes::{NewNote, NoteView},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require, etag},
    once,
};

/// Begins an empty note, to be written by hand.
#[utoipa::path(
    operation_id = "create_note",
    tag = "notes",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewNote,
    responses(
        (status = 201, description = "Created", body = NoteView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.write")))
)]
#[post("/notes")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WriteNotes>,
    idempotency: Idempotency,
    body: Body<NewNote>,
) -> Result<HttpResponse, Refusal> {
    let Body(new) = body;
    let key = idempotency.key("POST /notes", &new)?;
    let note = app
        .act(who.actor, Event::general(Action::NoteCreated), async |tx| {
            if let Some(id) = once::earlier::<NoteId>(tx, key.as_ref()).await? {
                let granted = tx.actor().require()?;
                return Ok::<_, Refusal>(notes::load(tx, granted, id).await?);
            }
            let note = notes::create(tx, who.granted, new).await?;
            once::remember(tx, key.as_ref(), note.id).await?;
            Ok(note)
        })
        .await?;
    Ok(HttpResponse::Created().insert_header(etag(note.revision)).json(note))
}
