//! The cookies: out of reach of scripts, sent to this site only.

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    cookie::{Cookie, SameSite, time::Duration},
};
use identity::{Opened, REFRESH_LIFETIME};

use crate::App;

/// Browsers keep a cookie no longer (RFC 6265bis §5.5).
const LONGEST: Duration = Duration::days(400);

#[derive(Clone, Copy)]
enum Kind {
    /// The refresh token.
    Refresh,
    /// The mark of a known device.
    Device,
}

/// `__Host-` binds a cookie to this host and to TLS (RFC 6265bis §4.1.3.2); without TLS, which is
/// only for one's own computer, browsers refuse the prefix.
fn name(app: &App, kind: Kind) -> &'static str {
    match (kind, app.config.server.cookie_secure) {
        (Kind::Refresh, true) => "__Host-refresh",
        (Kind::Refresh, false) => "refresh",
        (Kind::Device, true) => "__Host-device",
        (Kind::Device, false) => "device",
    }
}

fn build(app: &App, kind: Kind, value: String) -> Cookie<'static> {
    Cookie::build(name(app, kind), value)
        .path("/")
        .http_only(true)
        .secure(app.config.server.cookie_secure)
        .same_site(SameSite::Strict)
        .finish()
}

/// Sets the cookie with the next refresh token.
pub fn set_refresh(app: &App, response: &mut HttpResponseBuilder, opened: &Opened) {
    let mut cookie = build(app, Kind::Refresh, opened.refresh_token.reveal().to_owned());
    cookie.set_max_age(Duration::seconds(REFRESH_LIFETIME.num_seconds()));
    response.cookie(cookie);
}

/// Marks the device on which somebody has just signed in.
pub fn set_device(app: &App, response: &mut HttpResponseBuilder, opened: &Opened) {
    let mut cookie =
        build(app, Kind::Device, identity::new_device(&app.database, opened.user.email.reveal()));
    cookie.set_max_age(LONGEST);
    response.cookie(cookie);
}

/// The cookie that removes the refresh token.
pub fn clear_refresh(app: &App) -> Cookie<'static> {
    let mut cookie = build(app, Kind::Refresh, String::new());
    cookie.make_removal();
    cookie
}

/// The refresh token of a request.
pub fn read_refresh(app: &App, request: &HttpRequest) -> Option<String> {
    request.cookie(name(app, Kind::Refresh)).map(|cookie| cookie.value().to_owned())
}

/// The mark of the device that a request comes from.
pub fn read_device(app: &App, request: &HttpRequest) -> Option<String> {
    request.cookie(name(app, Kind::Device)).map(|cookie| cookie.value().to_owned())
}
