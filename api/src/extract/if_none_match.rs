//! `If-None-Match: *`: only where there is nothing yet (RFC 9110 §13.1.2).

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
};
use shared::errors::ErrorCode;

use super::order::headers_after_access;
use crate::Refusal;

/// The caller says that there is nothing yet. Missing: 428. Something else than `*`: 412.
#[derive(Debug, Clone, Copy)]
pub struct IfNoneMatchAny;

impl IfNoneMatchAny {
    fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        match headers.get(header::IF_NONE_MATCH) {
            None => Err(Refusal::new(ErrorCode::PreconditionRequired)
                .because("Send If-None-Match: * to say that there is no transcript yet.")),
            Some(value) if value.as_bytes() == b"*" => Ok(Self),
            Some(_) => Err(Refusal::new(ErrorCode::PreconditionFailed)),
        }
    }
}

impl FromRequest for IfNoneMatchAny {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        headers_after_access(request, Self::read)
    }
}
