//! Access comes first: extractors run side by side, and a fault of the body must neither be told to
//! somebody who may not send it, nor keep the refusal out of the audit trail.

use std::{future::Future, pin::Pin};

use actix_web::{HttpMessage as _, HttpRequest, http::header::HeaderMap};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Refusal;

/// Cancelled when it is known who is there and what they may do.
#[derive(Clone)]
struct AccessKnown(CancellationToken);

/// Called by the extractor that checks access, before any other is polled: the others wait until
/// what is returned is dropped.
pub(super) fn others_wait(request: &HttpRequest) -> DropGuard {
    let known = CancellationToken::new();
    request.extensions_mut().insert(AccessKnown(known.clone()));
    known.drop_guard()
}

/// Waits for the check of access; returns at once where the handler has none.
pub(super) async fn access_known(request: &HttpRequest) {
    let known = request.extensions().get::<AccessKnown>().cloned();
    if let Some(AccessKnown(known)) = known {
        known.cancelled().await;
    }
}

/// Reads the headers once the check of access is over.
pub(super) fn headers_after_access<T: 'static>(
    request: &HttpRequest,
    read: fn(&HeaderMap) -> Result<T, Refusal>,
) -> Pin<Box<dyn Future<Output = Result<T, Refusal>>>> {
    let request = request.clone();
    Box::pin(async move {
        access_known(&request).await;
        read(request.headers())
    })
}
