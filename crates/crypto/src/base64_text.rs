//! Base64 as headers carry it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The bytes of standard base64 with padding (RFC 4648 §4); `None` if it is something else.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
