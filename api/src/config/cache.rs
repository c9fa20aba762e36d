//! What processes share for a moment.

use cache::Shared;

use super::{Environment, Secret};

/// What processes share for a moment.
#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// Where Redis is; holds a password. Without it each process counts for itself.
    pub redis_url: Option<Secret>,
}

impl CacheConfig {
    pub(super) fn read(environment: &mut Environment<'_>) -> Self {
        let upstash = environment.find("UPSTASH_REDIS_URL");
        let token = environment.find("UPSTASH_REDIS_TOKEN");
        let url = match (environment.find("REDIS_URL"), upstash, token) {
            (url, None, None) => url,
            (None, Some(upstash), Some(token)) => Some(of_upstash(&upstash, &token)),
            (Some(_), ..) => {
                environment.refuse("REDIS_URL and UPSTASH_REDIS_URL: set one of them".to_owned());
                None
            }
            (None, ..) => {
                environment.refuse("UPSTASH_REDIS_URL and UPSTASH_REDIS_TOKEN go together".to_owned());
                None
            }
        };
        if let Some(Err(refused)) = url.as_deref().map(Shared::check) {
            environment.refuse(format!("REDIS_URL {refused}"));
            return Self { redis_url: None };
        }
        Self { redis_url: url.map(Secret::new) }
    }
}

/// Upstash names its server as `https://…`, and speaks Redis' own protocol there too, over TLS, with the
/// token for a password.
fn of_upstash(url: &str, token: &str) -> String {
    let host = url.trim().trim_end_matches('/').rsplit("//").next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let port = if host.contains(':') { "" } else { ":6379" };
    format!("rediss://default:{token}@{host}{port}")
}
