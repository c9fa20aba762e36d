//! The headers of tus 1.0.0 (<https://tus.io/protocols/resumable-upload>).

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    web,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use crypto::LentKey;
use futures_util::{Stream, StreamExt};
use scribe::uploads::{Arriving, Checksum, End, Length, Upload};
use shared::{UploadId, errors::ErrorCode};

use super::header_values;
use crate::Refusal;

pub const VERSION: &str = "1.0.0";
pub const EXTENSIONS: &str =
    "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum";
const UPLOAD_LENGTH: &str = "upload-length";
const DEFER_LENGTH: &str = "upload-defer-length";
pub const CHUNK: &str = "application/offset+octet-stream";

/// The client must speak the version that this server speaks.
pub fn check_version(request: &HttpRequest) -> Result<(), Refusal> {
    if text(request.headers(), "tus-resumable") == Some(VERSION) {
        Ok(())
    } else {
        let version = (HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
        Err(Refusal::new(ErrorCode::TusVersion).with_header(version.0, version.1))
    }
}

/// A header that is a number.
pub fn number(request: &HttpRequest, name: &str) -> Result<u64, Refusal> {
    text(request.headers(), name).and_then(|value| value.parse().ok()).ok_or_else(|| {
        Refusal::new(ErrorCode::InvalidRequest).because(format!("{name} is missing or not a number."))
    })
}

/// `Upload-Length`, or that it is said later.
pub fn length(request: &HttpRequest) -> Result<Length, Refusal> {
    match text(request.headers(), DEFER_LENGTH) {
        Some("1") => Ok(Length::Open),
        _ => number(request, UPLOAD_LENGTH).map(Length::Known),
    }
}

/// Whether the body is a piece of the file.
pub fn is_chunk(request: &HttpRequest) -> bool {
    text(request.headers(), "content-type") == Some(CHUNK)
}

/// `Upload-Metadata`: the value under a name.
pub fn metadata(request: &HttpRequest, wanted: &str) -> Option<String> {
    header_values::find_metadata(text(request.headers(), "upload-metadata")?, wanted)
}

/// `Upload-Checksum`.
fn checksum(request: &HttpRequest) -> Result<Option<Checksum>, Refusal> {
    let Some(value) = text(request.headers(), "upload-checksum") else { return Ok(None) };
    match header_values::checksum(value) {
        Some(("sha1", sum)) => Ok(Some(Checksum::Sha1(sum))),
        Some(("sha256", sum)) => Ok(Some(Checksum::Sha256(sum))),
        _ => Err(Refusal::new(ErrorCode::InvalidRequest)
            .because("The checksum must be sha1 or sha256, in base64.")),
    }
}

/// The bytes of a request, which belong to an upload at this offset.
pub fn piece(request: &HttpRequest, id: UploadId, offset: u64) -> Result<Arriving<'static>, Refusal> {
    let checksum = checksum(request)?;
    let said = text(request.headers(), UPLOAD_LENGTH).map(|_| number(request, UPLOAD_LENGTH)).transpose()?;
    Ok(Arriving { id, offset, checksum, end: said.map_or(End::Announced, End::At), key: &|| None })
}

/// What makes two requests that begin an upload the same: their headers about it.
pub fn what_is_begun(request: &HttpRequest) -> [Option<&str>; 6] {
    [UPLOAD_LENGTH, DEFER_LENGTH, "upload-metadata", "upload-checksum", "content-type", "content-length"]
        .map(|name| text(request.headers(), name))
}

/// What every answer about an upload says.
pub fn tell(response: &mut HttpResponseBuilder, upload: &Upload) {
    response
        .insert_header(("Tus-Resumable", VERSION))
        .insert_header(("Upload-Offset", upload.received.to_string()))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if upload.open {
        response.insert_header(("Upload-Defer-Length", "1"));
    } else {
        response.insert_header(("Upload-Length", upload.length.to_string()));
    }
    if upload.complete {
        response.insert_header(("Recording-Id", upload.recording_id.to_string()));
    } else {
        let expires = upload.expires_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        response.insert_header(("Upload-Expires", expires));
    }
}

/// Lends the key for what the app keeps of it until it has arrived, in base64.
pub fn lend(response: &mut HttpResponseBuilder, key: Option<LentKey>) {
    if let Some(key) = key {
        response.insert_header(("Upload-Key", BASE64.encode(key.as_slice())));
    }
}

/// The body as it comes, with its faults.
pub fn body(payload: web::Payload) -> impl Stream<Item = Result<Bytes, ()>> {
    payload.map(|bytes| bytes.map_err(drop))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
