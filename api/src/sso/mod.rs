//! Single sign-on: a practice's connections, going to a provider, coming back, and what directories tell.

pub mod begin;
pub mod callback;
pub mod change;
pub mod check;
mod cookie;
pub mod create;
pub mod list;
mod provider;
pub mod remove;
pub mod webhook;

use crate::App;

/// Where browsers reach the app, without a slash at its end.
fn base_url(app: &App) -> &str {
    app.config.server.base_url.trim_end_matches('/')
}
