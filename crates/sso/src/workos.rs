//! WorkOS' AuthKit: <https://workos.com/docs/reference/authkit>. One account of the operator's stands
//! for all practices; each practice is an organisation of it, whose external id is the practice's.

use outbound::{Known, Outbound, OutboundError, Sent};
use serde::Deserialize;
use serde_json::json;
use shared::Phi;
use url::Url;

use crate::{Arrival, Begun, Kept, SsoError};

/// Where it is.
pub const WORKOS: &str = "https://api.workos.com";

/// An account with WorkOS.
pub struct WorkOs {
    outbound: Outbound,
    address: String,
    client_id: String,
    api_key: String,
}

/// What is answered for a code.
#[derive(Deserialize)]
struct Authenticated {
    user: User,
    organization_id: Option<String>,
    impersonator: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    email: String,
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Deserialize)]
struct Organization {
    id: String,
    external_id: Option<String>,
}

impl WorkOs {
    /// An account at `address`, by its client id and its key.
    pub fn new(outbound: Outbound, address: &str, client_id: &str, api_key: &str) -> Self {
        let address = address.trim_end_matches('/').to_owned();
        Self { outbound, address, client_id: client_id.to_owned(), api_key: api_key.to_owned() }
    }

    /// By what people of this account are told apart from those of others.
    pub fn issuer(&self) -> String {
        format!("{}/{}", self.address, self.client_id)
    }

    /// The organisation that the operator has given this external id. Nobody else can: so it is the
    /// operator who says which organisation belongs to whom.
    ///
    /// # Errors
    /// WorkOS does not answer.
    pub async fn find_organization(&self, external_id: &str) -> Result<Option<String>, SsoError> {
        let address = format!("{}/organizations/external_id/{external_id}", self.address);
        let answer = self.outbound.send(&address, Sent::Nothing, Known::Bearer(&self.api_key)).await?;
        match answer.status {
            404 => Ok(None),
            200 => {
                let found: Organization = answer.json()?;
                let is_it = found.external_id.as_deref() == Some(external_id);
                Ok(is_it.then_some(found.id))
            }
            _ => Err(SsoError::Answer("WorkOS does not take the key")),
        }
    }

    /// Sends a browser to the provider of an organisation.
    ///
    /// # Errors
    /// The account's address is none.
    pub fn begin(
        &self,
        organization_id: &str,
        redirect: &str,
        state: &str,
        hint: Option<&str>,
    ) -> Result<Begun, SsoError> {
        let kept = Kept::new(&self.issuer());
        let page = format!("{}/user_management/authorize", self.address);
        let mut page: Url = page.parse().map_err(|_no_address| OutboundError::Refused)?;
        page.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("organization_id", organization_id)
            .append_pair("state", state)
            .append_pair("code_challenge", &kept.challenge())
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(hint.map(|hint| ("login_hint", hint)));
        Ok(Begun { address: page.into(), kept })
    }

    /// Whom a browser brings back: exchanges the code that it came with. Whoever signed in to another
    /// organisation has not arrived, nor has somebody who impersonates a user from WorkOS' dashboard.
    ///
    /// # Errors
    /// [`SsoError`]; nobody has arrived then.
    pub async fn finish(&self, organization_id: &str, kept: &Kept, code: &str) -> Result<Arrival, SsoError> {
        if kept.issuer != self.issuer() {
            return Err(SsoError::MixedUp);
        }
        let asked = json!({
            "client_id": self.client_id,
            "client_secret": self.api_key,
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": kept.verifier,
        });
        let address = format!("{}/user_management/authenticate", self.address);
        let answer = self.outbound.send(&address, Sent::Json(&asked), Known::Not).await?;
        if !answer.is_success() {
            return Err(SsoError::CodeRefused);
        }
        let come: Authenticated = answer.json()?;
        if come.organization_id.as_deref() != Some(organization_id) {
            return Err(SsoError::MixedUp);
        }
        if come.impersonator.is_some_and(|impersonator| !impersonator.is_null()) {
            return Err(SsoError::Answer("somebody stands in for this person"));
        }
        let user = come.user;
        let name = [user.first_name, user.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(Arrival {
            issuer: self.issuer(),
            subject: user.id.into(),
            verified_email: user.email_verified.then_some(Phi::new(user.email)),
            name: Some(name.trim().to_owned()).filter(|name| !name.is_empty()).map(Phi::new),
            // WorkOS tells groups by its directories, and nothing of how somebody signed in elsewhere.
            groups: None,
            second_factor: false,
        })
    }
}

impl std::fmt::Debug for WorkOs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkOs")
    }
}
