//! `Idempotency-Key`: a POST sent twice makes one thing.

use std::{future::Future, pin::Pin};

use access::IdempotencyKey;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderMap};
use serde::Serialize;
use shared::errors::ErrorCode;

use super::order::headers_after_access;
use crate::Refusal;

/// The header, if it was sent: 1 to 255 visible ASCII characters.
#[derive(Debug)]
pub struct Idempotency(Option<String>);

impl Idempotency {
    /// The key for one operation with one body.
    ///
    /// # Errors
    /// The body has no JSON form.
    pub fn key<T: Serialize>(&self, operation: &str, body: &T) -> Result<Option<IdempotencyKey>, Refusal> {
        self.0
            .as_ref()
            .map(|key| {
                let body = serde_json::to_vec(body).map_err(Refusal::failed)?;
                Ok(IdempotencyKey::new(key, operation, &body))
            })
            .transpose()
    }

    fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let Some(value) = headers.get("idempotency-key") else { return Ok(Self(None)) };
        match value.to_str() {
            Ok(key) if (1..=255).contains(&key.len()) => Ok(Self(Some(key.to_owned()))),
            _ => Err(Refusal::new(ErrorCode::InvalidRequest).because("The Idempotency-Key cannot be used.")),
        }
    }
}

impl FromRequest for Idempotency {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        headers_after_access(request, Self::read)
    }
}
