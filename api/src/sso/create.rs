//! `POST /sso/connections`

use access::{Actor, perm};
use actix_web::{HttpResponse, post, web};
use audit::{Action, Event};
use identity::sso::{self as connections, Provider};
use shared::{
    SsoConnectionId,
    errors::{ErrorCode, Problem},
    sso::{ConnectionKind, SsoConnectionView, SsoSettings},
};

use super::base_url;
use crate::{
    App, Refusal,
    extract::{Body, Idempotency, Require},
    once,
};

/// Connects the practice to whoever vouches for its people. With WorkOS, the organisation is the one
/// that the operator has given the practice's id as its external id. Asks for a fresh second factor.
#[utoipa::path(
    operation_id = "create_sso_connection",
    tag = "single sign-on",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 h, it makes nothing new")),
    request_body = SsoSettings,
    responses(
        (status = 201, description = "Made", body = SsoConnectionView),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
        (status = 404, description = "`not_found`: the one made under this key is gone", body = Problem),
        (status = 409, description = "`sso_domain_taken`, `sso_untried`, `workos_missing`", body = Problem),
        (status = 422, description = "`validation`, `idempotency_mismatch`", body = Problem),
        (status = 502, description = "`sso_unavailable`", body = Problem),
    ),
    extensions(("x-permission" = json!("users.write")))
)]
#[post("/sso/connections")]
pub async fn create(
    app: web::Data<App>,
    who: Require<perm::WritePeople>,
    idempotency: Idempotency,
    body: Body<SsoSettings>,
) -> Result<HttpResponse, Refusal> {
    let Body(settings) = body;
    let key = idempotency.key("POST /sso/connections", &settings)?;
    let attempt = Event::general(Action::SsoConnectionAdded);
    let provider = provider(&app, &who.actor, settings.kind).await;
    let provider = app.or_record(who.actor.clone(), attempt.clone(), provider).await?;
    let made = app
        .act(who.actor, attempt, async |tx| {
            let id = if let Some(id) = once::earlier::<SsoConnectionId>(tx, key.as_ref()).await? {
                tx.record(Event::of(Action::SsoConnectionsListed, id));
                id
            } else {
                let id = connections::add(tx, who.granted, &settings, &provider).await?;
                once::remember(tx, key.as_ref(), id).await?;
                id
            };
            let made = connections::load_view(tx, who.granted, id, base_url(&app)).await?;
            made.ok_or_else(|| Refusal::new(ErrorCode::NotFound))
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}

async fn provider(app: &App, actor: &Actor, kind: ConnectionKind) -> Result<Provider, Refusal> {
    let workos = match (kind, &app.workos, &app.config.sso.workos) {
        (ConnectionKind::OpenId, ..) => return Ok(Provider::OpenId),
        (ConnectionKind::WorkOs, Some(workos), Some(config)) => (workos, config),
        (ConnectionKind::WorkOs, ..) => return Err(ErrorCode::WorkOsMissing.into()),
    };
    let (workos, config) = workos;
    let found = workos.find_organization(&actor.practice_id().to_string()).await;
    let found = found.map_err(|error| {
        tracing::warn!(reason = %error, "WorkOS cannot be asked");
        Refusal::new(ErrorCode::SsoUnavailable)
    })?;
    Ok(Provider::WorkOs {
        issuer: workos.issuer(),
        client_id: config.client_id.clone(),
        organization_id: found.ok_or(ErrorCode::WorkOsMissing)?,
    })
}
