//! What happens around every request: an id, one log line, counters, headers.

mod headers;
mod limits;
mod observe;

pub use headers::security_headers;
pub use limits::{SignInLimiter, limit_sign_in};
pub use observe::{current_request_id, observe};
