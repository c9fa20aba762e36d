//! `GET /record-requests/{id}/export`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, get, web};
use audit::{Action, Event};
use clinical::record_requests;
use shared::{RecordRequestId, audit::Purpose, errors::Problem, record_requests::ExportQuery};

use crate::{App, Refusal, extract::Require, files, middleware::count, rate_limits::Class};

/// What was asked for: the client's designated record set (45 CFR 164.501) of those days, as a PDF, a FHIR R4 Bundle
/// or plain text. Asks for a second factor shown a moment ago. Making it answers nothing: say so with `fulfil`.
#[utoipa::path(
    operation_id = "export_records",
    tag = "requests",
    params(("id" = RecordRequestId, Path), ExportQuery),
    responses(
        (status = 200, description = "The record", content((String = "application/pdf"), (String = "application/fhir+json"), (String = "text/plain"))),
        (status = 400, description = "`invalid_request`: there is no such format", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`: one may not read everything that is in it; `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`request_settled`: it was denied or withdrawn", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[get("/record-requests/{id}/export")]
pub async fn export(
    app: web::Data<App>,
    who: Require<(perm::ReleaseRecords, perm::ReadNotes)>,
    id: web::Path<RecordRequestId>,
    query: web::Query<ExportQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (id, format) = (id.into_inner(), query.format());
    let (release, _) = who.granted;
    count(&request, Class::Recordings, Some(&who.actor)).await?;
    let actor = who.actor.for_purpose(Purpose::Export);
    let file = files::written(format, async |parts| {
        app.act(actor, Event::of(Action::RecordsExported, id), async |tx| {
            let wanted = record_requests::load_wanted(tx, release, id).await?;
            identity::fresh(tx).await?;
            let letterhead = files::letterhead(tx).await?;
            exports::gather(tx, release, wanted, letterhead, &parts).await?;
            Ok::<_, Refusal>(())
        })
        .await
    })
    .await?;
    Ok(files::answer(&app, "record", format, file))
}
