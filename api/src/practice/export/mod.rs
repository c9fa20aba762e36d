//! `POST /practice/export` and `GET /practice/export`: everything of the practice, as an archive that is written while
//! it is sent.

pub(crate) mod archive;
mod contents;

use access::{Actor, perm};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev::Payload, get, http::header, post, web};
use audit::{Action, Event};
use chrono::TimeDelta;
use futures_util::stream;
use shared::{
    audit::Purpose,
    errors::{ErrorCode, Problem},
    permissions::Permission,
    practice::ExportTicket,
};
use uuid::Uuid;

use crate::{App, Refusal, extract::Require, middleware::count, rate_limits::Class, tickets::Ticket};

/// It names a sign-in, which is in one practice.
fn ticket() -> Ticket {
    Ticket {
        name: "export-ticket",
        url: "/api/v1/practice/export".to_owned(),
        about: Uuid::nil(),
        lasts: TimeDelta::minutes(5),
    }
}

/// Opens the export to this browser for five minutes, with a second factor shown a moment ago.
#[utoipa::path(
    operation_id = "begin_export",
    tag = "practice",
    responses(
        (status = 200, description = "The cookie is set", body = ExportTicket),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("practice.export")))
)]
#[post("/practice/export")]
pub async fn begin(app: web::Data<App>, who: Require<perm::ExportPractice>) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    let session = actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    let ticket = ticket();
    allow(&app, &actor).await?;
    let expires_in = ticket.lasts.num_seconds().unsigned_abs();
    let cookie = ticket.cookie(&app, session);
    Ok(HttpResponse::Ok().cookie(cookie).json(ExportTicket { url: ticket.url, expires_in }))
}

/// Everything of the practice: a ZIP archive whose `README.txt` says what is in it. By ticket, or by access token with
/// a second factor shown a moment ago. It is sent as it is read, so its length is not known before; one that was cut
/// off does not open.
#[utoipa::path(
    operation_id = "export_practice",
    tag = "practice",
    responses(
        (status = 200, description = "The archive", content_type = "application/zip"),
        (status = 401, description = "`unauthenticated`: there is no ticket, or it is over", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("practice.export")))
)]
#[get("/practice/export")]
pub async fn download(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let actor = if request.headers().contains_key(header::AUTHORIZATION) {
        let who = Require::<perm::ExportPractice>::from_request(&request, &mut Payload::None).await?;
        allow(&app, &who.actor).await?;
        who.actor
    } else {
        let actor = ticket().holder(&app, &request).await?;
        actor.require::<perm::ExportPractice>()?;
        may_read_everything(&actor)?;
        actor
    };
    count(&request, Class::Recordings, Some(&actor)).await?;
    let day = app.database.clock().now().date_naive();
    let (archive, chunks) = archive::begin();
    let exporting = actor.for_purpose(Purpose::Export);
    actix_web::rt::spawn(contents::write(app.get_ref().clone(), exporting, archive));
    let body = stream::unfold(chunks, async |mut chunks| Some((chunks.recv().await?, chunks)));
    let disposition = format!("attachment; filename=\"mindscribe-{day}.zip\"");
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(body))
}

/// Whether the actor may, with a second factor shown a moment ago; recorded either way.
async fn allow(app: &App, actor: &Actor) -> Result<(), Refusal> {
    let export = Event::of(Action::PracticeExported, actor.practice_id());
    app.act(actor.clone(), export.clone(), async |tx| {
        may_read_everything(tx.actor())?;
        identity::fresh(tx).await?;
        tx.record(export);
        Ok::<_, Refusal>(())
    })
    .await
}

/// An archive in which something is missing that its maker may not read would look whole.
fn may_read_everything(actor: &Actor) -> Result<(), Refusal> {
    let read = [
        Permission::AllClients,
        Permission::ReadClients,
        Permission::ReadConsents,
        Permission::ReadEncounters,
        Permission::ReadCodes,
        Permission::ReadRecordings,
        Permission::ReadTranscripts,
        Permission::ReadNotes,
        Permission::ReadPeople,
        Permission::ReleaseRecords,
        Permission::ManageRetention,
        Permission::ReadAudit,
    ];
    let may = actor.permissions();
    if read.iter().all(|one| may.contains(*one)) { Ok(()) } else { Err(ErrorCode::Forbidden.into()) }
}
