//! The body of a recording: its length, its bytes as they come, and what they add up to.

use std::cell::RefCell;

use actix_web::{HttpRequest, http::header, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use shared::errors::ErrorCode;

use crate::Refusal;

/// A body that is read once.
pub struct Body {
    /// How many bytes; `None` when it comes in chunks.
    pub length: Option<u64>,
    payload: RefCell<Option<web::Payload>>,
    /// Kept only where it is asked for: for a request with an `Idempotency-Key`.
    sum: Option<RefCell<Sha256>>,
}

impl Body {
    /// The body of a request.
    pub fn new(request: &HttpRequest, payload: web::Payload) -> Self {
        let headers = request.headers();
        let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        // Neither a length nor chunks: there is no body (RFC 9112 §6.3).
        let is_chunked = headers.contains_key(header::TRANSFER_ENCODING);
        let sum = headers.contains_key("idempotency-key").then(RefCell::default);
        Self { length: length.or((!is_chunked).then_some(0)), payload: RefCell::new(Some(payload)), sum }
    }

    /// The bytes as they come, with their faults. There are none the second time.
    pub fn stream(&self) -> impl Stream<Item = Result<Bytes, ()>> + '_ {
        let payload = futures_util::stream::iter(self.payload.take()).flatten();
        payload.map(|bytes| {
            let bytes = bytes.map_err(drop)?;
            if let Some(sum) = &self.sum {
                sum.borrow_mut().update(&bytes);
            }
            Ok(bytes)
        })
    }

    /// What the bytes so far add up to (SHA-256, hexadecimal); empty where it is not kept.
    pub fn sum(&self) -> String {
        self.sum.as_ref().map(|sum| hex::encode(sum.borrow().clone().finalize())).unwrap_or_default()
    }

    /// Reads all of it and keeps nothing but its sum.
    ///
    /// # Errors
    /// It is larger than `most` bytes, or is cut off.
    pub async fn read_to_its_end(&self, most: u64) -> Result<String, Refusal> {
        let mut stream = std::pin::pin!(self.stream());
        let mut read = 0;
        while let Some(bytes) = stream.next().await {
            read += bytes.map_err(|()| ErrorCode::InvalidRequest)?.len() as u64;
            if read > most {
                return Err(ErrorCode::PayloadTooLarge.into());
            }
        }
        Ok(self.sum())
    }
}
