//! Addresses, cookies, the app's files.

use std::path::PathBuf;

use super::{Environment, Secret, network::Network};

/// Addresses, cookies, the app's files.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address to listen on.
    pub listen: String,
    /// Port to listen on.
    pub port: u16,
    /// Where browsers reach the app.
    pub base_url: String,
    /// The built app, when this process serves it.
    pub web_dir: Option<PathBuf>,
    /// Whether cookies travel over TLS only.
    pub cookie_secure: bool,
    /// Whether new practices may register.
    pub registration_open: bool,
    /// Whose word is taken for the address of a caller.
    pub trusted_proxies: Vec<Network>,
    /// Opens the operator's pages from elsewhere.
    pub operator_token: Option<Secret>,
}

impl ServerConfig {
    pub(super) fn read(environment: &mut Environment<'_>, production: bool) -> Self {
        let port = environment.parse("PORT", 3001);
        let base_url = environment.find("BASE_URL").unwrap_or_else(|| format!("http://localhost:{port}"));
        if production && !base_url.starts_with("https://") {
            environment.refuse("BASE_URL must begin with https:// in production".to_owned());
        }
        let cookie_secure = environment.parse("COOKIE_SECURE", base_url.starts_with("https://"));
        if production && !cookie_secure {
            environment.refuse("COOKIE_SECURE must be true in production".to_owned());
        }
        let everywhere = if production { "0.0.0.0" } else { "127.0.0.1" };
        Self {
            listen: environment.find("LISTEN").unwrap_or_else(|| everywhere.to_owned()),
            port,
            base_url,
            web_dir: environment.find("WEB_DIR").map(PathBuf::from),
            cookie_secure,
            registration_open: environment.word("REGISTRATION", &["open", "invite"], "open") == "open",
            trusted_proxies: Network::read(environment),
            operator_token: environment.secret("OPERATOR_TOKEN"),
        }
    }
}
