//! What ties a try to the browser that began it: whoever is sent the address of somebody else's way
//! back has not got it (login CSRF, RFC 9700 §4.7).

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use identity::sso::ATTEMPT_LIFETIME;

use crate::App;

fn name(app: &App) -> &'static str {
    if app.config.server.cookie_secure { "__Host-sso" } else { "sso" }
}

/// `Lax`, because the way back begins at another site.
fn build(app: &App, value: String) -> Cookie<'static> {
    Cookie::build(name(app), value)
        .path("/")
        .http_only(true)
        .secure(app.config.server.cookie_secure)
        .same_site(SameSite::Lax)
        .finish()
}

/// Marks the browser that begins.
pub fn set(app: &App, browser: &str) -> Cookie<'static> {
    let mut cookie = build(app, browser.to_owned());
    cookie.set_max_age(Duration::seconds(ATTEMPT_LIFETIME.num_seconds()));
    cookie
}

/// Removes the mark.
pub fn clear(app: &App) -> Cookie<'static> {
    let mut cookie = build(app, String::new());
    cookie.make_removal();
    cookie
}

/// The mark of the browser that comes back.
pub fn read(app: &App, request: &HttpRequest) -> Option<String> {
    request.cookie(name(app)).map(|cookie| cookie.value().to_owned())
}

/// The mark as it is kept: the operator's password goes into it, so that a new one ends what was begun.
pub fn kept(app: &App, browser: &str) -> String {
    let password = app.config.sso.cookie_password.as_ref();
    format!("{browser}.{}", password.map_or("", |password| password.reveal()))
}
