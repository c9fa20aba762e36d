//! Whoever vouches for people: what may be reached, and the account with WorkOS.

use outbound::Listed;
use sso::WORKOS;

use super::{Environment, Secret};

/// Whoever vouches for people.
#[derive(Debug, Clone)]
pub struct SsoConfig {
    /// Hosts inside that the operator lets providers be at.
    pub listed: Vec<Listed>,
    /// Whether an e-mail's domain leads to the connection that names it. Not where strangers may
    /// register practices: one of them could name a domain that is somebody else's.
    pub by_domain: bool,
    /// The account with WorkOS.
    pub workos: Option<WorkOsConfig>,
    /// Goes into what ties a try to its browser.
    pub cookie_password: Option<Secret>,
}

/// The account with WorkOS.
#[derive(Debug, Clone)]
pub struct WorkOsConfig {
    /// Where it is.
    pub address: String,
    /// What WorkOS calls this server.
    pub client_id: String,
    /// The account's key.
    pub api_key: Secret,
    /// What messages of directories are signed with.
    pub webhook_secret: Option<Secret>,
}

impl SsoConfig {
    pub(super) fn read(environment: &mut Environment<'_>, practices_are_known: bool) -> Self {
        let listed = environment.find("OUTBOUND_ALLOWED_HOSTS").unwrap_or_default();
        let listed: Result<Vec<Listed>, _> =
            listed.split(',').filter(|host| !host.trim().is_empty()).map(str::parse).collect();
        let listed = listed.unwrap_or_else(|_not_a_host| {
            environment.refuse("OUTBOUND_ALLOWED_HOSTS cannot be read".to_owned());
            Vec::new()
        });
        let cookie_password = environment.secret("WORKOS_COOKIE_PASSWORD");
        if cookie_password.as_ref().is_some_and(|it| it.reveal().len() < 32) {
            environment.refuse("WORKOS_COOKIE_PASSWORD must have 32 characters or more".to_owned());
        }
        let workos = match (environment.find("WORKOS_CLIENT_ID"), environment.secret("WORKOS_API_KEY")) {
            (Some(client_id), Some(api_key)) => Some(WorkOsConfig {
                address: environment.find("WORKOS_URL").unwrap_or_else(|| WORKOS.to_owned()),
                client_id,
                api_key,
                webhook_secret: environment.secret("WORKOS_WEBHOOK_SECRET"),
            }),
            (None, None) => None,
            _ => {
                environment.refuse("WORKOS_CLIENT_ID and WORKOS_API_KEY belong together".to_owned());
                None
            }
        };
        let by_domain = environment.parse("SSO_BY_DOMAIN", practices_are_known);
        Self { listed, by_domain, workos, cookie_password }
    }
}
