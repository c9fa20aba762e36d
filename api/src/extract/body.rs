//! A JSON body, whose faults are answered as problems and never with a piece of the body.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use serde::de::DeserializeOwned;
use shared::errors::ErrorCode;

use super::order::access_known;
use crate::Refusal;

/// Most bytes of a JSON body.
const LARGEST: usize = 4 * 1024 * 1024;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json =
            request.headers().get("content-type").and_then(|value| value.to_str().ok()).is_some_and(|kind| {
                kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
            });
        let payload = web::Payload::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            access_known(&request).await;
            if !is_json {
                return Err(Refusal::new(ErrorCode::UnsupportedMediaType).because("Send application/json."));
            }
            let payload = payload.await.map_err(|_broken| Refusal::new(ErrorCode::InvalidRequest))?;
            let bytes = payload
                .to_bytes_limited(LARGEST)
                .await
                .map_err(|_too_large| Refusal::new(ErrorCode::PayloadTooLarge))?
                .map_err(|_broken| Refusal::new(ErrorCode::InvalidRequest))?;
            // Where the fault is, not what stands there: the body may be about a person.
            serde_json::from_slice(&bytes).map(Body).map_err(|fault| {
                let place = format!(
                    "The JSON could not be read at line {}, column {}.",
                    fault.line(),
                    fault.column()
                );
                Refusal::new(ErrorCode::InvalidRequest).because(place)
            })
        })
    }
}
