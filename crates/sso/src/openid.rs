//! OpenID Connect, with whatever provider somebody names by its issuer.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use outbound::{Known, Outbound, Sent};
use serde::Deserialize;
use shared::Phi;

use crate::{
    Arrival, Begun, Kept, SsoError,
    discovery::{Metadata, SecretIn},
    id_token::{self, Expected, Refused},
    keys::Keys,
    profile::Profile,
};

/// How long a provider's description and keys are taken for known.
const KNOWN: TimeDelta = TimeDelta::hours(1);
/// A token signed with a new key makes the keys be asked for again, but not more often than this.
const SELDOM: TimeDelta = TimeDelta::minutes(1);
/// More providers than this at once, and what is old is thrown out.
const MANY: usize = 1000;

/// How this server is known to a provider.
pub struct Registration {
    /// Who: the address that it calls itself by.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// By what this server is known, if it is; without, PKCE alone holds code and browser together.
    pub client_secret: Option<String>,
    /// Which claim names a person's groups.
    pub groups_claim: Option<String>,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registration").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A relying party, with what it knows of providers.
#[derive(Debug)]
pub struct OpenId {
    outbound: Outbound,
    known: Mutex<HashMap<String, Provider>>,
}

#[derive(Debug, Clone)]
struct Provider {
    metadata: Metadata,
    keys: Keys,
    described_at: DateTime<Utc>,
    keys_at: DateTime<Utc>,
}

/// What a token endpoint answers (§3.1.3.3).
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl OpenId {
    /// One that reaches providers by `outbound`.
    pub fn new(outbound: Outbound) -> Self {
        Self { outbound, known: Mutex::default() }
    }

    /// Whether a provider can be used: asks it anew.
    ///
    /// # Errors
    /// [`SsoError`] says what is in the way.
    pub async fn check(&self, issuer: &str, now: DateTime<Utc>) -> Result<(), SsoError> {
        self.fetch(issuer, now).await.map(drop)
    }

    /// Sends a browser to a provider. `redirect` is where it comes back to, `state` what it brings,
    /// and `hint` the e-mail that its person may be known by.
    ///
    /// # Errors
    /// The provider cannot be used.
    pub async fn begin(
        &self,
        registration: &Registration,
        redirect: &str,
        state: &str,
        hint: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Begun, SsoError> {
        let provider = self.provider(&registration.issuer, now).await?;
        let kept = Kept::new(&registration.issuer);
        let challenge = kept.challenge();
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", &registration.client_id),
            ("redirect_uri", redirect),
            ("scope", "openid email profile"),
            ("state", state),
            ("nonce", &kept.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        parameters.extend(hint.map(|hint| ("login_hint", hint)));
        let address = provider.metadata.page(&parameters)?;
        Ok(Begun { address, kept })
    }

    /// Whom a browser brings back: exchanges the code that it came with. `iss` is the issuer that the
    /// answer says it is from.
    ///
    /// # Errors
    /// [`SsoError`]; nobody has arrived then.
    pub async fn finish(
        &self,
        registration: &Registration,
        redirect: &str,
        kept: &Kept,
        code: &str,
        iss: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Arrival, SsoError> {
        // The connection may have been changed while the browser was away.
        if kept.issuer != registration.issuer || iss.is_some_and(|iss| iss != kept.issuer) {
            return Err(SsoError::MixedUp);
        }
        let provider = self.provider(&kept.issuer, now).await?;
        if iss.is_none() && provider.metadata.authorization_response_iss_parameter_supported {
            return Err(SsoError::MixedUp);
        }
        let tokens = self.exchange(&provider.metadata, registration, redirect, kept, code).await?;
        let expected =
            Expected { issuer: &kept.issuer, client_id: &registration.client_id, nonce: &kept.nonce, now };
        let verified = match id_token::verify(&tokens.id_token, &provider.keys, &expected) {
            Err(Refused::UnknownKey) => {
                let keys = self.renewed_keys(&kept.issuer, &provider, now).await?;
                id_token::verify(&tokens.id_token, &keys, &expected)?
            }
            other => other?,
        };
        let groups_claim = registration.groups_claim.as_deref();
        let mut profile = verified.profile;
        let tells_all = profile.has_email()
            && groups_claim.is_none_or(|claim| profile.groups(claim).is_some())
            && profile.name().is_some();
        if let (false, Some(address), Some(token)) =
            (tells_all, &provider.metadata.userinfo_endpoint, &tokens.access_token)
        {
            profile = profile.or(self.userinfo(address, token, &verified.subject).await?);
        }
        Ok(Arrival {
            issuer: kept.issuer.clone(),
            verified_email: profile.verified_email().map(Phi::from),
            name: profile.name().map(Phi::from),
            // Whoever is said to be in no group is in none, and not as good as unasked.
            groups: groups_claim.map(|claim| profile.groups(claim).unwrap_or_default()),
            second_factor: profile.second_factor(),
            subject: verified.subject.into(),
        })
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        registration: &Registration,
        redirect: &str,
        kept: &Kept,
        code: &str,
    ) -> Result<Tokens, SsoError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", &kept.verifier),
        ];
        let client_id = registration.client_id.as_str();
        let known = match (&registration.client_secret, metadata.secret_in()) {
            (Some(secret), SecretIn::Header) => Known::Basic(client_id, secret),
            (Some(secret), SecretIn::Form) => {
                form.extend([("client_id", client_id), ("client_secret", secret)]);
                Known::Not
            }
            (None, _) => {
                form.push(("client_id", client_id));
                Known::Not
            }
        };
        let answer = self.outbound.send(&metadata.token_endpoint, Sent::Form(&form), known).await?;
        if !answer.is_success() {
            return Err(SsoError::CodeRefused);
        }
        Ok(answer.json()?)
    }

    /// §5.3.2: what is said of anybody else than who signed in is not listened to.
    async fn userinfo(&self, address: &str, token: &str, subject: &str) -> Result<Profile, SsoError> {
        let answer = self.outbound.send(address, Sent::Nothing, Known::Bearer(token)).await?;
        if !answer.is_success() {
            return Err(SsoError::Answer("it tells nothing about the person"));
        }
        let profile: Profile = answer.json()?;
        if profile.subject() != Some(subject) {
            return Err(SsoError::Answer("it tells about somebody else"));
        }
        Ok(profile)
    }

    async fn provider(&self, issuer: &str, now: DateTime<Utc>) -> Result<Provider, SsoError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        match known {
            Some(provider) if now - provider.described_at < KNOWN => Ok(provider),
            _ => self.fetch(issuer, now).await,
        }
    }

    async fn fetch(&self, issuer: &str, now: DateTime<Utc>) -> Result<Provider, SsoError> {
        let metadata = Metadata::fetch(&self.outbound, issuer).await?;
        let keys = Keys::fetch(&self.outbound, &metadata.jwks_uri).await?;
        let provider = Provider { metadata, keys, described_at: now, keys_at: now };
        self.remember(issuer, &provider, now);
        Ok(provider)
    }

    /// The provider's keys, asked for again unless that was done a moment ago.
    async fn renewed_keys(
        &self,
        issuer: &str,
        provider: &Provider,
        now: DateTime<Utc>,
    ) -> Result<Keys, SsoError> {
        if now - provider.keys_at < SELDOM {
            return Ok(provider.keys.clone());
        }
        // Noted before asking, so that many bad tokens at once make one question.
        self.remember(issuer, &Provider { keys_at: now, ..provider.clone() }, now);
        let keys = Keys::fetch(&self.outbound, &provider.metadata.jwks_uri).await?;
        self.remember(issuer, &Provider { keys: keys.clone(), keys_at: now, ..provider.clone() }, now);
        Ok(keys)
    }

    fn remember(&self, issuer: &str, provider: &Provider, now: DateTime<Utc>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, provider| now - provider.described_at < KNOWN);
        }
        if known.len() < MANY || known.contains_key(issuer) {
            known.insert(issuer.to_owned(), provider.clone());
        }
    }
}
