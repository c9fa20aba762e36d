//! A provider's public keys: RFC 7517, as far as signatures need it.

use outbound::{Known, Outbound, Sent};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::SsoError;

/// More keys than any provider has at once.
const MOST: usize = 50;
/// What a public key is made of, and what limits it. Certificates and the like are left behind.
const PARTS: [&str; 9] = ["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"];

/// Which key and algorithm a token says it was signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    /// Only asymmetric ones: with HS256 the public key could be taken for a secret, and with `none`
    /// nothing is signed (RFC 8725 §3.1).
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Ps256 => "RSA",
            Self::Es256 | Self::Es384 => "EC",
            Self::EdDsa => "OKP",
        }
    }
}

/// A provider's keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys(Vec<Map<String, Value>>);

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Map<String, Value>>,
}

impl Keys {
    pub(crate) async fn fetch(outbound: &Outbound, address: &str) -> Result<Self, SsoError> {
        let answer = outbound.send(address, Sent::Nothing, Known::Not).await?;
        if !answer.is_success() {
            return Err(SsoError::Discovery("its keys are not where it says"));
        }
        let mut set: KeySet = answer.json()?;
        set.keys.truncate(MOST);
        for key in &mut set.keys {
            key.retain(|part, _| PARTS.contains(&part.as_str()));
        }
        Ok(Self(set.keys))
    }

    /// The keys with which a token may have been signed, each as its own document.
    pub(crate) fn fitting(&self, algorithm: Algorithm, id: Option<&str>) -> Vec<String> {
        let is = |key: &Map<String, Value>, part: &str, word: &str| {
            key.get(part).and_then(Value::as_str).is_none_or(|it| it == word)
        };
        self.0
            .iter()
            .filter(|key| key.get("kty").and_then(Value::as_str) == Some(algorithm.kind()))
            .filter(|key| is(key, "use", "sig"))
            .filter(|key| id.is_none_or(|id| key.get("kid").and_then(Value::as_str) == Some(id)))
            .filter_map(|key| serde_json::to_string(key).ok())
            .collect()
    }
}
