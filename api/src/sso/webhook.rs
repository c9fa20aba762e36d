//! `POST /webhooks/workos`

use access::Actor;
use actix_web::{HttpRequest, HttpResponse, post, web};
use identity::sso as connections;
use shared::errors::{ErrorCode, Problem};
use sso::webhook::{Change, Refused, Told, read};

use crate::{App, Refusal, middleware::current_request};

/// The longest message, in bytes.
const LONGEST: usize = 1024 * 1024;

/// What WorkOS tells of an organisation's directory: who joins, moves and leaves. Each message is heeded
/// once, and signed within the last three minutes; what is of no practice's organisation is passed over.
#[utoipa::path(
    operation_id = "hear_workos",
    tag = "single sign-on",
    params(("WorkOS-Signature" = String, Header, description = "`t=<milliseconds>, v1=<hex of HMAC-SHA-256>`")),
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 204, description = "Heeded, or nothing to heed"),
        (status = 400, description = "`invalid_request`: signed, but not to be read", body = Problem),
        (status = 401, description = "`webhook_refused`", body = Problem),
        (status = 413, description = "`payload_too_large`", body = Problem),
        (status = 429, description = "`too_many_requests`", body = Problem),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[post("/webhooks/workos", wrap = "actix_web::middleware::from_fn(crate::middleware::limit_anybody)")]
pub async fn webhook(
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    let told = verified(&app, &request, payload).await?;
    let organization = match &told.change {
        Change::Person(person) | Change::Membership { person, .. } => person.organization_id.as_str(),
        Change::Group { organization_id, .. } => organization_id,
        Change::Nothing => return Ok(HttpResponse::NoContent().finish()),
    };
    let route = connections::find_by_organization(&app.database.lookup(), organization).await?;
    let Some(route) = route else { return Ok(HttpResponse::NoContent().finish()) };
    let actor = Actor::system("system:directory", route.practice_id, current_request());
    let mut tx = app.database.begin(actor).await?;
    match connections::load_connection(&tx, route.connection_id).await? {
        Some(connection) => {
            connections::hear(&mut tx, &connection, &told).await?;
            tx.commit().await?;
        }
        None => tx.end().await?,
    }
    Ok(HttpResponse::NoContent().finish())
}

async fn verified(app: &App, request: &HttpRequest, payload: web::Payload) -> Result<Told, Refusal> {
    let config = app.config.sso.workos.as_ref();
    let secret = config.and_then(|it| it.webhook_secret.as_ref()).ok_or(ErrorCode::WebhookRefused)?;
    let header = request.headers().get("workos-signature").and_then(|it| it.to_str().ok());
    let header = header.ok_or(ErrorCode::WebhookRefused)?;
    let body = payload.to_bytes_limited(LONGEST).await;
    let body = body.map_err(|_too_large| ErrorCode::PayloadTooLarge)?;
    let body = body.map_err(|_broken| ErrorCode::InvalidRequest)?;
    read(secret.reveal(), header, &body, app.database.clock().now()).map_err(|refused| match refused {
        Refused::Signature => ErrorCode::WebhookRefused.into(),
        Refused::Malformed => ErrorCode::InvalidRequest.into(),
    })
}
