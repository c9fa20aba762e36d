//! What goes by a cookie is asked by the app itself, or by no browser at all: beside `SameSite=Strict`, which
//! takes a sister domain for the same site (OWASP ASVS 5.0 V3.5).

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName},
};
use shared::errors::ErrorCode;

use crate::{App, Refusal};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Goes on unless a browser says that another page asks (Fetch Metadata), or names another origin.
///
/// # Errors
/// `cross_site`.
pub fn check(app: &App, request: &HttpRequest) -> Result<(), Refusal> {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let is_own = match (header(FETCH_SITE), header(header::ORIGIN)) {
        // `none`: a person has asked, by the address bar.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = header(header::HOST).unwrap_or_default();
            let own = app.config.server.base_url.trim_end_matches('/');
            origin == own || origin.split_once("://").is_some_and(|(_, named)| named == host)
        }
        // A program, which no page can make ask.
        (None, None) => true,
    };
    if is_own { Ok(()) } else { Err(ErrorCode::CrossSite.into()) }
}
