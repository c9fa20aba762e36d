//! `If-Match`: which version a change is meant for (RFC 9110 §13.1.1).

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use shared::errors::ErrorCode;

use crate::Refusal;

/// The revision that the caller has seen. Missing: 428. Not one of ours: 412.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i32);

impl FromRequest for IfMatch {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get(header::IF_MATCH) else {
            return ready(Err(Refusal::new(ErrorCode::PreconditionRequired)));
        };
        let revision = value.to_str().ok().and_then(|tag| tag.trim().trim_matches('"').parse().ok());
        ready(revision.map(IfMatch).ok_or_else(|| Refusal::new(ErrorCode::PreconditionFailed)))
    }
}

/// The `ETag` of a revision.
pub fn etag(revision: i32) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}
