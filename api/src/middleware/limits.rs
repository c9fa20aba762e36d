//! Limits on how often somebody may ask: 429 with `Retry-After`, and how much is left with every answer.

use access::Actor;
use actix_web::{
    Error, HttpMessage as _, HttpRequest, ResponseError as _,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use cache::Taken;
use shared::errors::ErrorCode;

use super::client_address;
use crate::{App, Refusal, rate_limits::Class};

/// What is left: of the limit that is nearest to its end.
#[derive(Clone, Copy)]
struct Left(Taken);

/// Counts a request of somebody, or of nobody yet.
///
/// # Errors
/// It comes too soon.
pub async fn count(request: &HttpRequest, class: Class, actor: Option<&Actor>) -> Result<(), Refusal> {
    let Some(app) = request.app_data::<web::Data<App>>() else { return Ok(()) };
    let Some(taken) = app.rate_limits.take(class, client_address(request), actor).await else {
        return Ok(());
    };
    let before = request.extensions().get::<Left>().copied();
    let nearest = before.filter(|Left(before)| before.left <= taken.left && taken.wait.is_none());
    request.extensions_mut().insert(nearest.unwrap_or(Left(taken)));
    match taken.wait {
        None => Ok(()),
        Some(wait) => Err(Refusal::new(ErrorCode::TooManyRequests).retry_after(wait.as_secs() + 1)),
    }
}

/// Counts whoever was found; whoever shows nothing that opens counts as their address.
///
/// # Errors
/// It comes too soon, or nobody was found.
pub async fn counted(request: &HttpRequest, found: Result<Actor, Refusal>) -> Result<Actor, Refusal> {
    count(request, Class::General, found.as_ref().ok()).await?;
    found
}

/// Middleware of what looks at passwords and codes.
pub async fn limit_sign_in<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    limit(Class::SignIn, request, next).await
}

/// Middleware of what anybody may ask.
pub async fn limit_anybody<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    limit(Class::General, request, next).await
}

async fn limit<B: MessageBody>(
    class: Class,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match count(request.request(), class, None).await {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        // Answered here and not thrown, so that it gets its headers and its line in the log.
        Err(refusal) => Ok(request.into_response(refusal.error_response()).map_into_right_body()),
    }
}

/// Says what is left (the three fields of draft-ietf-httpapi-ratelimit-headers-06).
pub fn tell_what_is_left<B>(response: &mut ServiceResponse<B>) {
    let Some(Left(taken)) = response.request().extensions().get::<Left>().copied() else { return };
    let fields = [
        ("ratelimit-limit", u64::from(taken.most)),
        ("ratelimit-remaining", u64::from(taken.left)),
        ("ratelimit-reset", taken.full_after.as_secs() + 1),
    ];
    for (name, value) in fields {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}
