//! What happens around every request: an id, one log line, counters, headers.

mod client_address;
mod headers;
mod limits;
mod observe;

pub use client_address::client_address;
pub use headers::security_headers;
pub use limits::{count, counted, limit_anybody, limit_sign_in};
pub use observe::{current_request, current_request_id, observe};
