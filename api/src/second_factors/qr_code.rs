//! A text as a QR code: an SVG picture in a `data:` address, which needs neither script nor style.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qrcodegen::{DataTooLong, QrCode, QrCodeEcc};

/// White modules around the code (ISO/IEC 18004 §6.3.8).
const QUIET: i32 = 4;

/// The picture.
///
/// # Errors
/// The text is longer than any QR code.
pub fn qr_code(text: &str) -> Result<String, DataTooLong> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)?;
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a text cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    );
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}
