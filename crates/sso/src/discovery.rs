//! What a provider says of itself: OpenID Connect Discovery 1.0.

use outbound::{Known, Outbound, Sent};
use serde::Deserialize;
use url::Url;

use crate::SsoError;

/// A provider's description, as far as it is used.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_uri: String,
    pub(crate) userinfo_endpoint: Option<String>,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

/// How a secret is shown at the token endpoint (OpenID Connect Core 1.0 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretIn {
    Header,
    Form,
}

impl Metadata {
    /// Asks the provider for its description, and refuses one that is not its own.
    pub(crate) async fn fetch(outbound: &Outbound, issuer: &str) -> Result<Self, SsoError> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let answer = outbound.send(&address, Sent::Nothing, Known::Not).await?;
        if !answer.is_success() {
            return Err(SsoError::Discovery("it is not where the issuer should have it"));
        }
        let metadata: Self = answer.json()?;
        metadata.check(outbound, issuer)?;
        Ok(metadata)
    }

    fn check(&self, outbound: &Outbound, issuer: &str) -> Result<(), SsoError> {
        // §4.3: exactly what was asked for, or somebody stands in for somebody else.
        if self.issuer != issuer {
            return Err(SsoError::Discovery("it is another issuer's"));
        }
        let asked = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        if asked.into_iter().chain(&self.userinfo_endpoint).any(|address| !outbound.admits(address)) {
            return Err(SsoError::Discovery("it names an address that may not be reached from here"));
        }
        let lacks = |list: &Option<Vec<String>>, word: &str| {
            list.as_ref().is_some_and(|list| !list.iter().any(|it| it == word))
        };
        if lacks(&self.response_types_supported, "code") {
            return Err(SsoError::Discovery("the authorization code flow is not supported"));
        }
        if lacks(&self.code_challenge_methods_supported, "S256") {
            return Err(SsoError::Discovery("PKCE with S256 is not supported"));
        }
        Ok(())
    }

    pub(crate) fn secret_in(&self) -> SecretIn {
        let methods = self.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
        let takes = |word: &str| methods.iter().any(|method| method == word);
        if takes("client_secret_post") && !takes("client_secret_basic") {
            SecretIn::Form
        } else {
            SecretIn::Header
        }
    }

    /// The provider's page with these parameters, beside those it has of its own.
    pub(crate) fn page(&self, parameters: &[(&str, &str)]) -> Result<String, SsoError> {
        let mut page: Url = self
            .authorization_endpoint
            .parse()
            .map_err(|_no_address| SsoError::Discovery("the authorization endpoint is no address"))?;
        page.query_pairs_mut().extend_pairs(parameters);
        Ok(page.into())
    }
}
