//! `POST /audit/export` and `GET /audit/export`: the trail as a file, of any size, with the server's signature over it.

pub(super) mod file;
mod write;

use access::{Actor, perm};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev::Payload, get, http::header, post, web};
use audit::{Action, Event};
use chrono::TimeDelta;
use futures_util::stream;
use serde::Deserialize;
use shared::{
    audit::{AuditFilter, Purpose, TrailTicket},
    errors::{ErrorCode, Problem},
};
use tokio::sync::mpsc;
use uuid::Uuid;

use self::write::Export;
use crate::{App, Refusal, extract::Require, middleware::count, rate_limits::Class, tickets::Ticket};

/// In which form the trail is wanted.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    /// A line of JSON for each event: all that is kept, with the code that it was written with.
    Ndjson,
    /// The same for spreadsheets (RFC 4180).
    Csv,
}

/// What stands in the address beside the filters.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// The form; `ndjson` if none is named.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// Chunks that wait for whoever receives them.
const WAITING: usize = 2;

/// It names a sign-in, which is in one practice.
fn ticket() -> Ticket {
    Ticket {
        name: "audit-ticket",
        url: "/api/v1/audit/export".to_owned(),
        about: Uuid::nil(),
        lasts: TimeDelta::minutes(5),
    }
}

/// Opens the export to this browser for five minutes, with a second factor shown a moment ago.
#[utoipa::path(
    operation_id = "begin_audit_export",
    tag = "audit",
    responses(
        (status = 200, description = "The cookie is set", body = TrailTicket),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[post("/audit/export")]
pub async fn begin(app: web::Data<App>, who: Require<perm::ReadAudit>) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    let session = actor.as_person().ok_or(ErrorCode::Unauthenticated)?.session_id;
    allow(&app, &actor, Action::AuditExportOpened).await?;
    let ticket = ticket();
    let expires_in = ticket.lasts.num_seconds().unsigned_abs();
    let cookie = ticket.cookie(&app, session);
    Ok(HttpResponse::Ok().cookie(cookie).json(TrailTicket { url: ticket.url, expires_in }))
}

/// The trail, the oldest event first, as one file that is written while it is sent. Its last line is signed by the
/// server over everything before it (`shared::audit::TrailManifest`, a JWS whose key `GET /signing-key` shows), so that
/// somebody else can tell that it is whole and as it was given out; `mindscribe-api verify-audit --file` does. By ticket,
/// or by access token with a second factor shown a moment ago. One that was cut off has no such line.
#[utoipa::path(
    operation_id = "export_audit",
    tag = "audit",
    params(AuditFilter, Form),
    responses(
        (status = 200, description = "The file", content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`: there is no ticket, or it is over", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/audit/export")]
pub async fn download(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let by_token = request.headers().contains_key(header::AUTHORIZATION);
    let actor = if by_token {
        Require::<perm::ReadAudit>::from_request(&request, &mut Payload::None).await?.actor
    } else {
        let actor = ticket().holder(&app, &request).await?;
        actor.require::<perm::ReadAudit>()?;
        actor
    };
    let (filter, form) = (asked::<AuditFilter>(&request)?, asked::<Form>(&request)?);
    if by_token {
        allow(&app, &actor, Action::AuditExported).await?;
    } else {
        app.record(actor.clone(), Event::general(Action::AuditExported)).await?;
    }
    count(&request, Class::Recordings, Some(&actor)).await?;
    let at = app.database.clock().now();
    let (content_type, ending) = match form.format {
        Format::Ndjson => ("application/x-ndjson", "ndjson"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let (chunks, receiver) = mpsc::channel(WAITING);
    let export =
        Export::new(app.get_ref().clone(), actor.for_purpose(Purpose::Export), filter, form.format, at);
    actix_web::rt::spawn(export.run(chunks));
    let body = stream::unfold(receiver, async |mut chunks| Some((chunks.recv().await?, chunks)));
    let disposition = format!("attachment; filename=\"audit-trail-{}.{ending}\"", at.date_naive());
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(body))
}

/// Read once it is known who asks.
fn asked<T: serde::de::DeserializeOwned>(request: &HttpRequest) -> Result<T, Refusal> {
    let query = web::Query::<T>::from_query(request.query_string());
    query.map(web::Query::into_inner).map_err(|_unreadable| ErrorCode::InvalidRequest.into())
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
