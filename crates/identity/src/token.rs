//! Access tokens: short-lived, signed, and naming no more than a sign-in.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use crypto::Zeroizing;
use jwt_simple::prelude::{
    Claims, Duration, HS256Key, HeaderOptions, JWTClaims, MACLike, UnixTimeStamp, VerificationOptions,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{PracticeId, SessionId, UserId};

/// RFC 9068 §2.1.
const TOKEN_TYPE: &str = "at+jwt";
const ISSUER: &str = "mindscribe";
const AUDIENCE: &str = "mindscribe-api";
/// Another type and another audience, so that neither token stands in for the other (RFC 8725 §3.11).
const CHALLENGE_TYPE: &str = "second-factor+jwt";
const CHALLENGE_AUDIENCE: &str = "mindscribe-second-factor";
/// How long the second step of signing in may take.
const CHALLENGE_LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// Issues and verifies access tokens: HS256 and nothing else (RFC 8725 §3.1). The issuer is the only
/// verifier, so a shared key is enough, and a request spends microseconds on it.
pub struct AccessTokens {
    key: HS256Key,
    lifetime: TimeDelta,
}

/// What a token claims beside the registered claims.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    sid: uuid::Uuid,
}

/// What a challenge claims.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    pid: uuid::Uuid,
    /// Whether the practice's provider vouched.
    #[serde(default)]
    sso: bool,
}

/// Somebody whose password was right, or whom a provider sent, and whose second factor is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenged {
    /// Who.
    pub user_id: UserId,
    /// Where they sign in.
    pub practice_id: PracticeId,
    /// Whether the practice's provider has sent them.
    pub by_provider: bool,
}

/// The token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token is not valid")]
pub struct TokenRefused;

impl AccessTokens {
    /// Tokens authenticated by `key`, each valid for `lifetime`.
    pub fn new(key: &Zeroizing<[u8; 32]>, lifetime: TimeDelta) -> Self {
        Self { key: HS256Key::from_bytes(key.as_slice()), lifetime }
    }

    /// How long a token is valid.
    pub fn lifetime(&self) -> TimeDelta {
        self.lifetime
    }

    /// A token for a sign-in.
    ///
    /// # Errors
    /// The claims could not be signed.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<String, TokenRefused> {
        let named = Named { sid: session.0 };
        self.sign(Kind { name: TOKEN_TYPE, audience: AUDIENCE, lifetime: self.lifetime }, named, user, now)
    }

    /// The sign-in that a token names.
    ///
    /// # Errors
    /// Another algorithm, type, issuer, audience or key, a claim missing or of the wrong type, or expired.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<SessionId, TokenRefused> {
        let kind = Kind { name: TOKEN_TYPE, audience: AUDIENCE, lifetime: self.lifetime };
        Ok(SessionId(self.check::<Named>(kind, token, now)?.custom.sid))
    }

    /// A token that says for five minutes that somebody's password was right.
    ///
    /// # Errors
    /// The claims could not be signed.
    pub fn challenge(&self, whom: Challenged, now: DateTime<Utc>) -> Result<String, TokenRefused> {
        self.sign(CHALLENGE, Asked { pid: whom.practice_id.0, sso: whom.by_provider }, whom.user_id, now)
    }

    /// Whose password was right.
    ///
    /// # Errors
    /// As [`AccessTokens::verify`].
    pub fn challenged(&self, token: &str, now: DateTime<Utc>) -> Result<Challenged, TokenRefused> {
        let claims = self.check::<Asked>(CHALLENGE, token, now)?;
        let user_id = claims.subject.and_then(|subject| subject.parse().ok()).ok_or(TokenRefused)?;
        let practice_id = PracticeId(claims.custom.pid);
        Ok(Challenged { user_id, practice_id, by_provider: claims.custom.sso })
    }

    fn sign<C: Serialize + DeserializeOwned>(
        &self,
        kind: Kind,
        custom: C,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<String, TokenRefused> {
        let mut claims = Claims::with_custom_claims(custom, Duration::from_secs(1))
            .with_issuer(ISSUER)
            .with_audience(kind.audience)
            .with_subject(user.to_string());
        claims.issued_at = Some(seconds(now));
        claims.invalid_before = None;
        claims.expires_at = Some(seconds(now + kind.lifetime));
        let header = HeaderOptions { signature_type: Some(kind.name.to_owned()), ..HeaderOptions::default() };
        self.key.authenticate_with_options(claims, &header).map_err(|_not_signed| TokenRefused)
    }

    fn check<C: Serialize + DeserializeOwned>(
        &self,
        kind: Kind,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<JWTClaims<C>, TokenRefused> {
        let options = VerificationOptions {
            allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
            allowed_audiences: Some(HashSet::from([kind.audience.to_owned()])),
            required_signature_type: Some(kind.name.to_owned()),
            // The library would otherwise forgive a quarter of an hour.
            time_tolerance: Some(Duration::from_secs(5)),
            artificial_time: Some(seconds(now)),
            max_token_length: Some(4096),
            ..VerificationOptions::default()
        };
        let claims = self.key.verify_token::<C>(token, Some(options)).map_err(|_not_valid| TokenRefused)?;
        let (Some(issued_at), Some(expires_at)) = (claims.issued_at, claims.expires_at) else {
            return Err(TokenRefused);
        };
        // A token that claims to last longer than any that is issued was not issued here.
        let longest = u64::try_from(kind.lifetime.num_seconds()).unwrap_or(0);
        if expires_at.as_secs().saturating_sub(issued_at.as_secs()) > longest {
            return Err(TokenRefused);
        }
        Ok(claims)
    }
}

/// What sets one kind of token apart from another.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    audience: &'static str,
    lifetime: TimeDelta,
}

const CHALLENGE: Kind =
    Kind { name: CHALLENGE_TYPE, audience: CHALLENGE_AUDIENCE, lifetime: CHALLENGE_LIFETIME };

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessTokens")
    }
}

fn seconds(time: DateTime<Utc>) -> UnixTimeStamp {
    UnixTimeStamp::from_secs(u64::try_from(time.timestamp()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(seed: u8) -> AccessTokens {
        AccessTokens::new(&Zeroizing::new([seed; 32]), TimeDelta::hours(1))
    }

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    #[test]
    fn a_token_names_its_sign_in_for_an_hour_and_no_longer() {
        let (user, session) = (UserId(uuid::Uuid::from_u128(1)), SessionId(uuid::Uuid::from_u128(2)));
        let token = tokens(7).issue(user, session, noon()).expect("signed");
        assert_eq!(tokens(7).verify(&token, noon() + TimeDelta::minutes(59)), Ok(session));
        assert_eq!(tokens(7).verify(&token, noon() + TimeDelta::minutes(61)), Err(TokenRefused));
    }

    #[test]
    fn a_token_of_another_key_algorithm_or_length_of_life_is_refused() {
        let (user, session) = (UserId(uuid::Uuid::from_u128(1)), SessionId(uuid::Uuid::from_u128(2)));
        let foreign = tokens(8).issue(user, session, noon()).expect("signed");
        assert_eq!(tokens(7).verify(&foreign, noon()), Err(TokenRefused));
        let long = AccessTokens::new(&Zeroizing::new([7; 32]), TimeDelta::hours(9));
        let too_long = long.issue(user, session, noon()).expect("signed");
        assert_eq!(tokens(7).verify(&too_long, noon()), Err(TokenRefused));
        let token = tokens(7).issue(user, session, noon()).expect("signed");
        let parts: Vec<_> = token.split('.').collect();
        // {"alg":"none","typ":"at+jwt"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", parts[1]);
        assert_eq!(tokens(7).verify(&unsigned, noon()), Err(TokenRefused));
    }

    #[test]
    fn a_challenge_is_no_access_token_and_an_access_token_no_challenge() {
        let whom = Challenged {
            user_id: UserId(uuid::Uuid::from_u128(1)),
            practice_id: PracticeId(uuid::Uuid::from_u128(3)),
            by_provider: true,
        };
        let challenge = tokens(7).challenge(whom, noon()).expect("signed");
        assert_eq!(tokens(7).challenged(&challenge, noon() + TimeDelta::minutes(4)), Ok(whom));
        assert_eq!(tokens(7).challenged(&challenge, noon() + TimeDelta::minutes(6)), Err(TokenRefused));
        assert_eq!(tokens(7).verify(&challenge, noon()), Err(TokenRefused));
        let access =
            tokens(7).issue(whom.user_id, SessionId(uuid::Uuid::from_u128(2)), noon()).expect("signed");
        assert_eq!(tokens(7).challenged(&access, noon()), Err(TokenRefused));
        assert_eq!(tokens(8).challenged(&challenge, noon()), Err(TokenRefused));
    }
}
