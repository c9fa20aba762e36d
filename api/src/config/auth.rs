//! Tokens.

use chrono::TimeDelta;

use super::{Environment, Secret};

/// Tokens.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// Seed of the signing key; derived from the encryption key when not set.
    pub jwt_secret: Option<Secret>,
    /// How long an access token lasts.
    pub access_lifetime: TimeDelta,
}

impl AuthConfig {
    pub(super) fn read(environment: &mut Environment<'_>, production: bool) -> Self {
        let jwt_secret = environment.secret("JWT_SECRET");
        match &jwt_secret {
            Some(secret) if secret.reveal().len() < 32 => {
                environment.refuse("JWT_SECRET must have 32 characters or more".to_owned());
            }
            None if production => environment.refuse("JWT_SECRET must be set in production".to_owned()),
            Some(_) | None => {}
        }
        let seconds = environment.parse("JWT_EXPIRY", 3600_i64);
        if !(60..=3600).contains(&seconds) {
            environment.refuse("JWT_EXPIRY must be between 60 and 3600 seconds".to_owned());
        }
        Self { jwt_secret, access_lifetime: TimeDelta::seconds(seconds.clamp(60, 3600)) }
    }
}
