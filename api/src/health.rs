//! How the server is: for load balancers, operators and Prometheus.

use std::{net::IpAddr, time::Duration};

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use shared::{
    errors::ErrorCode,
    health::{Component, ComponentState, DetailedHealth, Health},
};
use tokio::time::{Instant, timeout};

use crate::{App, Refusal};

/// A database that does not answer in this time is not there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the server can do its work.
#[utoipa::path(
    tag = "operations",
    responses(
        (status = 200, description = "As asked", body = Health),
        (status = 503, description = "The database does not answer", body = Health),
    ),
    extensions(("x-permission" = json!("public")))
)]
#[get("/health")]
pub async fn brief(app: web::Data<App>) -> HttpResponse {
    let (health, _) = ask(&app).await;
    let mut response =
        if health.status == "healthy" { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(health)
}

/// The same with every part. From elsewhere than this machine it needs the operator's token.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "As asked", body = DetailedHealth), (status = 404, description = "Not for you")),
    extensions(("x-permission" = json!("operator")))
)]
#[get("/health/detailed")]
pub async fn detailed(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    operators_only(&app, &request)?;
    let (health, database) = ask(&app).await;
    let mut components = vec![database];
    components.extend(app.components().await);
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(HttpResponse::Ok().json(DetailedHealth { health, version, components }))
}

/// Counters in Prometheus' text form.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "As asked", body = String), (status = 404, description = "Not for you")),
    extensions(("x-permission" = json!("operator")))
)]
#[get("/metrics")]
pub async fn metrics(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    operators_only(&app, &request)?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(app.metrics.render()))
}

async fn ask(app: &App) -> (Health, Component) {
    let started = Instant::now();
    let answered = matches!(timeout(PATIENCE, app.database.ping()).await, Ok(Ok(())));
    let health = Health {
        status: if answered { "healthy" } else { "unhealthy" }.to_owned(),
        timestamp: app.database.clock().now(),
        uptime: app.started.elapsed().as_secs(),
        database: if answered { "connected" } else { "unreachable" }.to_owned(),
    };
    let component =
        component("database", started, if answered { ComponentState::Ok } else { ComponentState::Down });
    (health, component)
}

/// A component that was asked since `started`.
pub fn component(name: &str, started: Instant, state: ComponentState) -> Component {
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Component { name: name.to_owned(), state, latency_ms, detail: None }
}

/// Loopback, or the operator's token. Others are told that there is nothing.
///
/// A request that a proxy passed on is not from loopback, even where the proxy is.
fn operators_only(app: &App, request: &HttpRequest) -> Result<(), Refusal> {
    let forwarded =
        request.headers().contains_key("x-forwarded-for") || request.headers().contains_key("forwarded");
    let from_here = request.peer_addr().is_some_and(|peer| IpAddr::is_loopback(&peer.ip())) && !forwarded;
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = app.config.server.operator_token.as_ref();
    let has_token = matches!((shown, token), (Some(shown), Some(token))
        if crypto::token_hash(shown) == crypto::token_hash(&format!("Bearer {}", token.reveal())));
    if from_here || has_token { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
}
