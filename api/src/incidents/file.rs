//! `GET /governance/incidents/{id}/file`

use access::perm;
use actix_web::{HttpResponse, get, web};
use audit::{Action, Event};
use governance::incidents;
use shared::{IncidentId, audit::Purpose, errors::Problem, record_requests::ExportFormat};

use super::paper::{self, Names};
use crate::{App, Refusal, extract::Require, files};

/// Everything that is known of an incident, as a PDF for whoever asks for proof that everybody was told, or that it was no breach
/// (45 CFR 164.414(b)). Asks for a second factor shown within five minutes.
#[utoipa::path(
    operation_id = "export_incident",
    tag = "incidents",
    params(("id" = IncidentId, Path)),
    responses(
        (status = 200, description = "The file", content_type = "application/pdf"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.write")))
)]
#[get("/governance/incidents/{id}/file")]
pub async fn file(
    app: web::Data<App>,
    who: Require<perm::WriteGovernance>,
    id: web::Path<IncidentId>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let actor = who.actor.for_purpose(Purpose::Export);
    let (incident, names, letterhead) = app
        .act(actor, Event::of(Action::IncidentExported, id), async |tx| {
            let incident = incidents::load(tx, who.granted, id).await?;
            identity::fresh(tx).await?;
            tx.record(Event::of(Action::IncidentExported, id));
            let names = identity::people::name_colleagues(tx, &paper::people(&incident)).await?;
            let names = Names(names.into_iter().map(|one| (one.id, one.name)).collect());
            Ok::<_, Refusal>((incident, names, files::letterhead(tx).await?))
        })
        .await?;
    let at = app.database.clock().now();
    let file = web::block(move || paper::write(&incident, &letterhead.practice_name, &names, at)).await;
    let file = file.map_err(Refusal::failed)?.map_err(Refusal::failed)?;
    Ok(files::answer(&app, "incident", ExportFormat::Pdf, file))
}
