//! What an id token has to be: OpenID Connect Core 1.0 §3.1.3.7.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use jwt_simple::prelude::{
    Audiences, Duration, ECDSAP256PublicKeyLike as _, ECDSAP384PublicKeyLike as _, ES256PublicKey,
    ES384PublicKey, Ed25519PublicKey, EdDSAPublicKeyLike as _, JWTClaims, PS256PublicKey, RS256PublicKey,
    RSAPublicKeyLike as _, Token, UnixTimeStamp, VerificationOptions,
};

use crate::{
    SsoError,
    keys::{Algorithm, Keys},
    profile::Profile,
};

/// By how much the clocks of a provider and of this server may differ, in seconds.
const SKEW: u64 = 60;
/// The longest id token, in bytes; groups can be many.
const LONGEST: usize = 64 * 1024;
/// A header is a few words. The library's own limit is as long as a token.
const LONGEST_HEADER: usize = 4 * 1024;

/// What is expected of a token.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) now: DateTime<Utc>,
}

/// Whose token it is.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) subject: String,
    pub(crate) profile: Profile,
}

/// Why a token was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No key is known that it may have been signed with: keys may have been renewed.
    UnknownKey,
    /// For this reason.
    For(&'static str),
}

impl From<Refused> for SsoError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::UnknownKey => Self::Token("it is signed with a key that the issuer does not have"),
            Refused::For(reason) => Self::Token(reason),
        }
    }
}

/// Whose token it is, if it is what is expected.
pub(crate) fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Verified, Refused> {
    let head = Token::decode_metadata(token).map_err(|_no_token| Refused::For("it is none"))?;
    let algorithm = Algorithm::of(head.algorithm()).ok_or(Refused::For("its algorithm is not taken"))?;
    let fitting = keys.fitting(algorithm, head.key_id());
    if fitting.is_empty() {
        return Err(Refused::UnknownKey);
    }
    let claims = fitting
        .iter()
        .find_map(|key| verify_with(algorithm, key, token, expected))
        .ok_or(Refused::For("signature, issuer, audience, nonce or time are not right"))?;
    check(claims, expected)
}

fn verify_with(
    algorithm: Algorithm,
    key: &str,
    token: &str,
    expected: &Expected<'_>,
) -> Option<JWTClaims<Profile>> {
    let options = Some(VerificationOptions {
        allowed_issuers: Some(HashSet::from([expected.issuer.to_owned()])),
        allowed_audiences: Some(HashSet::from([expected.client_id.to_owned()])),
        required_nonce: Some(expected.nonce.to_owned()),
        // The library would otherwise forgive a quarter of an hour.
        time_tolerance: Some(Duration::from_secs(SKEW)),
        artificial_time: Some(UnixTimeStamp::from_secs(u64::try_from(expected.now.timestamp()).ok()?)),
        max_token_length: Some(LONGEST),
        max_header_length: Some(LONGEST_HEADER),
        ..VerificationOptions::default()
    });
    match algorithm {
        Algorithm::Rs256 => RS256PublicKey::from_jwk(key).ok()?.verify_token(token, options),
        Algorithm::Ps256 => PS256PublicKey::from_jwk(key).ok()?.verify_token(token, options),
        Algorithm::Es256 => ES256PublicKey::from_jwk(key).ok()?.verify_token(token, options),
        Algorithm::Es384 => ES384PublicKey::from_jwk(key).ok()?.verify_token(token, options),
        Algorithm::EdDsa => Ed25519PublicKey::from_jwk(key).ok()?.verify_token(token, options),
    }
    .ok()
}

/// What the library does not look at.
fn check(claims: JWTClaims<Profile>, expected: &Expected<'_>) -> Result<Verified, Refused> {
    if claims.issued_at.is_none() || claims.expires_at.is_none() {
        return Err(Refused::For("it does not say from when to when it counts"));
    }
    let for_us = claims.custom.azp.as_deref().map(|azp| azp == expected.client_id);
    let several = matches!(&claims.audiences, Some(Audiences::AsSet(all)) if all.len() > 1);
    match (for_us, several) {
        (Some(false), _) => return Err(Refused::For("it was issued to somebody else (azp)")),
        (None, true) => return Err(Refused::For("it is for several, and says not to whom it was issued")),
        (Some(true), _) | (None, false) => {}
    }
    let subject = claims.subject.filter(|subject| !subject.is_empty() && subject.len() <= 255);
    let subject = subject.ok_or(Refused::For("it names nobody"))?;
    Ok(Verified { subject, profile: claims.custom })
}
