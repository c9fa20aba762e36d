//! `GET /notes`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use clinical::notes;
use shared::{
    errors::Problem,
    notes::{NoteFilter, NoteSummary},
    page::{Page, PageQuery},
};

use crate::{App, Refusal, extract::Require};

/// Notes without their narrative, the last begun first.
#[utoipa::path(
    operation_id = "list_notes",
    tag = "notes",
    params(NoteFilter, PageQuery),
    responses(
        (status = 200, description = "Found", body = Page<NoteSummary>),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.read")))
)]
#[get("/notes")]
pub async fn list(
    app: web::Data<App>,
    who: Require<perm::ReadNotes>,
    filter: web::Query<NoteFilter>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let page = app
        .act(who.actor, Event::general(Action::NotesListed), async |tx| {
            notes::list(tx, who.granted, &filter, &page).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}
