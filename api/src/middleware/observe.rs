//! A request id for everything a request causes, and one log line and two metrics at its end.
//! The route is logged as its pattern, never as the path: paths hold ids.

use std::time::Instant;

use access::Request;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use tracing::Instrument;

use super::{client_address, limits::tell_what_is_left};
use crate::App;

tokio::task_local! {
    static REQUEST: Request;
}

/// The id of the request this task is serving; empty outside of one.
pub fn current_request_id() -> String {
    REQUEST.try_with(|request| request.id.clone()).unwrap_or_default()
}

/// The request this task is serving, as the audit trail tells it.
pub fn current_request() -> Request {
    REQUEST.try_with(Clone::clone).unwrap_or_default()
}

/// Middleware: see the head of this file.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let clock = request.app_data::<actix_web::web::Data<App>>().map(|app| app.database.clock().clone());
    let id = clock.map(|clock| clock.new_id().to_string()).unwrap_or_default();
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let span = tracing::info_span!("request", request_id = %id);
    let header = HeaderValue::from_str(&id);
    let network = client_address(request.request()).map(identity::network_shown);
    let answered = REQUEST.scope(Request { id, network }, async {
        let mut response = next.call(request).await?.map_into_boxed_body();
        tell_what_is_left(&mut response);
        if let Ok(header) = header {
            response.headers_mut().insert(HeaderName::from_static("x-request-id"), header);
        }
        let route = response.request().match_pattern();
        let status = response.status().as_u16();
        let took = started.elapsed();
        telemetry::http_request(&method, route.as_deref(), status, took);
        let route = route.unwrap_or_else(|| "unmatched".to_owned());
        tracing::info!(method, route, status, latency_ms = took.as_millis(), "request answered");
        Ok(response)
    });
    answered.instrument(span).await
}
