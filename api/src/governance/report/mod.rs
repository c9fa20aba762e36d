//! `POST /governance/report` and `GET /governance/report`: what AI did in a span of days, as a bundle that an outsider can check.

mod paper;
mod write;

use ::governance::reports::Within;
use access::{Actor, perm};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev::Payload, get, http::header, post, web};
use audit::{Action, Event};
use chrono::TimeDelta;
use futures_util::stream;
use shared::{
    audit::Purpose,
    errors::{ErrorCode, Problem},
    reports::{ReportTicket, Span},
};
use uuid::Uuid;

use crate::{
    App, Refusal, extract::Require, middleware::count, practice::export::archive, rate_limits::Class,
    tickets::Ticket,
};

/// It names a sign-in, which is in one practice.
fn ticket() -> Ticket {
    Ticket {
        name: "report-ticket",
        url: "/api/v1/governance/report".to_owned(),
        about: Uuid::nil(),
        lasts: TimeDelta::minutes(5),
    }
}

/// Opens the report to this browser for five minutes, with a second factor shown a moment ago.
#[utoipa::path(
    operation_id = "begin_ai_report",
    tag = "governance",
    responses(
        (status = 200, description = "The cookie is set", body = ReportTicket),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[post("/governance/report")]
pub async fn begin(app: web::Data<App>, who: Require<perm::ReadGovernance>) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    let session = actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    allow(&app, &actor, Action::AiReportOpened).await?;
    let ticket = ticket();
    let expires_in = ticket.lasts.num_seconds().unsigned_abs();
    let cookie = ticket.cookie(&app, session);
    Ok(HttpResponse::Ok().cookie(cookie).json(ReportTicket { url: ticket.url, expires_in }))
}

/// What AI did in a span of days: a ZIP archive with the report to be read (PDF) and counted (JSON), a line for every call of the
/// ledger, and a list of these that the server has signed (`shared::reports::ReportManifest`, a JWS whose key
/// `GET /signing-key` shows). `mindscribe-verify` tells an outsider whether it is whole and as it was given out. It holds no
/// names and nothing that was said. By ticket, or by access token with a second factor shown a moment ago.
#[utoipa::path(
    operation_id = "make_ai_report",
    tag = "governance",
    params(Span),
    responses(
        (status = 200, description = "The bundle", content_type = "application/zip"),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`: there is no ticket, or it is over", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 422, description = "`validation`: it ends before it begins, or is too long", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("governance.read")))
)]
#[get("/governance/report")]
pub async fn download(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let by_token = request.headers().contains_key(header::AUTHORIZATION);
    let actor = if by_token {
        Require::<perm::ReadGovernance>::from_request(&request, &mut Payload::None).await?.actor
    } else {
        let actor = ticket().holder(&app, &request).await?;
        actor.require::<perm::ReadGovernance>()?;
        actor
    };
    let span = web::Query::<Span>::from_query(request.query_string());
    let span = span.map_err(|_unreadable| Refusal::from(ErrorCode::InvalidRequest))?.into_inner();
    if by_token {
        allow(&app, &actor, Action::AiReportMade).await?;
    } else {
        app.record(actor.clone(), Event::general(Action::AiReportMade)).await?;
    }
    let tx = app.database.begin_reading(actor.clone()).await?;
    let within = Within::of(&tx, span).await;
    tx.end().await?;
    let within = within?;
    count(&request, Class::Recordings, Some(&actor)).await?;
    let (archive, chunks) = archive::begin();
    let report =
        write::Report::new(app.get_ref().clone(), actor.for_purpose(Purpose::Export), within, archive);
    actix_web::rt::spawn(report.run());
    let body = stream::unfold(chunks, async |mut chunks| Some((chunks.recv().await?, chunks)));
    let name = format!("ai-use-{}-to-{}.zip", within.from, within.until);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(body))
}

/// Whether the actor may, with a second factor shown a moment ago; recorded either way.
async fn allow(app: &App, actor: &Actor, action: Action) -> Result<(), Refusal> {
    let event = Event::general(action);
    app.act(actor.clone(), event.clone(), async |tx| {
        identity::fresh(tx).await?;
        tx.record(event);
        Ok::<_, Refusal>(())
    })
    .await
}
