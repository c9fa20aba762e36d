//! `If-Match`: which version a change is meant for (RFC 9110 §13.1.1).

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
};
use shared::errors::ErrorCode;

use super::order::headers_after_access;
use crate::Refusal;

/// The revision that the caller has seen. Missing: 428. Not one of ours: 412.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i32);

impl IfMatch {
    fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let value = headers.get(header::IF_MATCH).ok_or(ErrorCode::PreconditionRequired)?;
        let revision = value.to_str().ok().and_then(|tag| tag.trim().trim_matches('"').parse().ok());
        revision.map(Self).ok_or_else(|| Refusal::new(ErrorCode::PreconditionFailed))
    }
}

impl FromRequest for IfMatch {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        headers_after_access(request, Self::read)
    }
}

/// The `ETag` of a revision.
pub fn etag(revision: i32) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}
