//! `GET /clients/{id}/disclosures/accounting`

use access::perm;
use actix_web::{HttpRequest, HttpResponse, get, web};
use audit::{Action, Event};
use shared::{ClientId, audit::Purpose, disclosures::AccountingQuery, errors::Problem};

use crate::{App, Refusal, extract::Require, files, middleware::count, rate_limits::Class};

/// An accounting of disclosures for the client (45 CFR 164.528), as a PDF or plain text: of the six years before today,
/// or between two days. What an agency of oversight or law enforcement has asked to leave out until a day is not in it
/// before that day is over. Asks for a second factor shown a moment ago.
#[utoipa::path(
    operation_id = "account_for_disclosures",
    tag = "requests",
    params(("id" = ClientId, Path), AccountingQuery),
    responses(
        (status = 200, description = "The accounting", content((String = "application/pdf"), (String = "text/plain"))),
        (status = 400, description = "`invalid_request`: there is no such format", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
    extensions(("x-permission" = json!("records.release")))
)]
#[get("/clients/{id}/disclosures/accounting")]
pub async fn account(
    app: web::Data<App>,
    who: Require<(perm::ReleaseRecords, perm::ReadClients)>,
    id: web::Path<ClientId>,
    query: web::Query<AccountingQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (client_id, query) = (id.into_inner(), query.into_inner());
    let (release, _) = who.granted;
    count(&request, Class::Recordings, Some(&who.actor)).await?;
    let actor = who.actor.for_purpose(Purpose::Export);
    let attempt = Event::general(Action::DisclosuresAccounted).about(client_id);
    let file = files::written(query.format(), async |parts| {
        app.act(actor, attempt, async |tx| {
            let letterhead = files::letterhead(tx).await?;
            // Somebody who does not see the client learns that first.
            exports::gather_accounting(tx, release, client_id, query, letterhead, &parts).await?;
            identity::fresh(tx).await?;
            Ok::<_, Refusal>(())
        })
        .await
    })
    .await?;
    Ok(files::answer(&app, "accounting", query.format(), file))
}
