//! `POST /notes/{id}/addenda`

use access::perm;
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{
    NoteId,
    errors::Problem,
    notes::{NewAddendum, NoteView},
};

use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require, etag},
    once,
};

/// Adds to a signed note, which itself stays as it is.
#[utoipa::path(
    operation_id = "add_addendum",
    tag = "notes",
    params(("id" = NoteId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = NewAddendum,
    responses(
        (status = 201, description = "Created", body = NoteView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_signed`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.sign_alone")))
)]
#[post("/notes/{id}/addenda")]
pub async fn add_addendum(
    app: web::Data<App>,
    who: Require<perm::SignNotesAlone>,
    id: web::Path<NoteId>,
    idempotency: Idempotency,
    body: Body<NewAddendum>,
) -> Result<HttpResponse, Refusal> {
    let (id, Body(new)) = (id.into_inner(), body);
    let key = idempotency.key(&format!("POST /notes/{id}/addenda"), &new)?;
    let note = app
        .act(who.actor, Event::of(Action::AddendumAdded, id), async |tx| {
            if let Some(id) = once::earlier::<NoteId>(tx, key.as_ref()).await? {
                let granted = tx.actor().require()?;
                return Ok::<_, Refusal>(notes::load(tx, granted, id).await?);
            }
            let name = identity::load_me(tx).await?.user.name;
            let note = notes::add_addendum(tx, who.granted, id, new, name).await?;
            once::remember(tx, key.as_ref(), id).await?;
            Ok(note)
        })
        .await?;
    Ok(HttpResponse::Created().insert_header(etag(note.revision)).json(note))
}
