//! `GET /notes/{id}/export`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use shared::{NoteId, audit::Purpose, errors::Problem, record_requests::ExportQuery};

use crate::{App, Refusal, extract::Require, files};

/// One note, signed or not, as a PDF, a FHIR R4 document or plain text.
#[utoipa::path(
    operation_id = "export_note",
    tag = "notes",
    params(("id" = NoteId, Path), ExportQuery),
    responses(
        (status = 200, description = "The note", content((String = "application/pdf"), (String = "application/fhir+json"), (String = "text/plain"))),
        (status = 400, description = "`invalid_request`: there is no such format", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("notes.read")))
)]
#[get("/notes/{id}/export")]
pub async fn export(
    app: web::Data<App>,
    who: Require<perm::ReadNotes>,
    id: web::Path<NoteId>,
    query: web::Query<ExportQuery>,
) -> Result<HttpResponse, Refusal> {
    let (id, format) = (id.into_inner(), query.format());
    let exported = Event::of(Action::NoteExported, id);
    let actor = who.actor.for_purpose(Purpose::Export);
    let file = files::written(format, async |parts| {
        app.act(actor, exported.clone(), async |tx| {
            let letterhead = files::letterhead(tx).await?;
            let client_id = exports::gather_note(tx, who.granted, id, letterhead, &parts).await?;
            tx.record(exported.about(client_id));
            Ok::<_, Refusal>(())
        })
        .await
    })
    .await?;
    Ok(files::answer(&app, "note", format, file))
}
