//! What is sent along to a provider, and what is kept of it until the browser comes back.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// Where the browser goes, and what is to be kept until it comes back.
#[derive(Debug)]
pub struct Begun {
    /// The provider's page.
    pub address: String,
    /// To be handed back, once.
    pub kept: Kept,
}

/// What only this server and, one-way, the provider know of one sign-in. To be kept sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Who was asked.
    pub(crate) issuer: String,
    /// Has to stand in the id token.
    pub(crate) nonce: String,
    /// What the challenge was made of (RFC 7636 §4.1).
    pub(crate) verifier: String,
}

impl Kept {
    pub(crate) fn new(issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), nonce: crypto::random_token(), verifier: crypto::random_token() }
    }

    /// RFC 7636 §4.2, `S256`.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(crypto::token_hash(&self.verifier))
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        // RFC 7636, appendix B.
        let kept = Kept {
            issuer: String::new(),
            nonce: String::new(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
        };
        assert_eq!(kept.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
