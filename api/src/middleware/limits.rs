//! How often one network address may try to sign in or register.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock as _};
use shared::errors::ErrorCode;

use super::client_address;
use crate::Refusal;

/// Counts tries per network address, in this process.
#[derive(Clone)]
pub struct SignInLimiter(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl SignInLimiter {
    /// So many tries a minute, and as many at once.
    pub fn per_minute(tries: NonZeroU32) -> Self {
        Self(Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_minute(tries))))
    }
}

/// Middleware: 429 with `Retry-After` once an address has used up its tries.
pub async fn limit_sign_in(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let limiter = request.app_data::<web::Data<SignInLimiter>>().cloned();
    let address = client_address(request.request());
    if let (Some(limiter), Some(address)) = (limiter, address)
        && let Err(not_until) = limiter.0.check_key(&address)
    {
        let wait = not_until.wait_time_from(governor::clock::DefaultClock::default().now()).as_secs() + 1;
        return Err(Refusal::new(ErrorCode::TooManyRequests).retry_after(wait).into());
    }
    next.call(request).await
}
