//! The refresh cookie: out of reach of scripts, sent to this site only.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use identity::{REFRESH_LIFETIME, RefreshToken};

use crate::App;

/// `__Host-` binds a cookie to this host and to TLS (RFC 6265bis §4.1.3.2); without TLS, which is
/// only for one's own computer, browsers refuse the prefix.
fn name(app: &App) -> &'static str {
    if app.config.server.cookie_secure { "__Host-refresh" } else { "refresh" }
}

fn build(app: &App, value: String) -> Cookie<'static> {
    Cookie::build(name(app), value)
        .path("/")
        .http_only(true)
        .secure(app.config.server.cookie_secure)
        .same_site(SameSite::Strict)
        .finish()
}

/// The cookie that carries a refresh token.
pub fn set(app: &App, token: &RefreshToken) -> Cookie<'static> {
    let mut cookie = build(app, token.reveal().to_owned());
    cookie.set_max_age(Duration::seconds(REFRESH_LIFETIME.num_seconds()));
    cookie
}

/// The cookie that removes it.
pub fn clear(app: &App) -> Cookie<'static> {
    let mut cookie = build(app, String::new());
    cookie.make_removal();
    cookie
}

/// The refresh token of a request.
pub fn read(app: &App, request: &HttpRequest) -> Option<String> {
    request.cookie(name(app)).map(|cookie| cookie.value().to_owned())
}
