//! Statements that anybody can check with the server's public key.

use jwt_simple::prelude::{Ed25519PublicKey, EdDSAPublicKeyLike, VerificationOptions};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    audit::TrailManifest, client_deletions::ClientDeletionStatement, deletions::DeletionStatement,
    reports::ReportManifest,
};

/// What the server signs.
pub trait Statement: Serialize + DeserializeOwned {
    /// The kind of token, so that no other kind is taken for one (RFC 8725 §3.11).
    const TYPE: &'static str;

    /// The statement, if it was signed by whoever has the key of this public one (a JWK).
    ///
    /// # Errors
    /// It was not, or it is of another kind.
    fn read(public_key: &str, signed: &str) -> Result<Self, NotGenuine> {
        let key = Ed25519PublicKey::from_jwk(public_key).map_err(|_no_key| NotGenuine)?;
        let options = VerificationOptions {
            accept_future: true,
            required_signature_type: Some(Self::TYPE.to_owned()),
            ..VerificationOptions::default()
        };
        let claims = key.verify_token::<Self>(signed, Some(options)).map_err(|_other| NotGenuine)?;
        Ok(claims.custom)
    }
}

impl Statement for DeletionStatement {
    const TYPE: &'static str = "deletion-certificate+jwt";
}

impl Statement for ClientDeletionStatement {
    const TYPE: &'static str = "client-deletion-certificate+jwt";
}

impl Statement for TrailManifest {
    const TYPE: &'static str = "audit-export+jwt";
}

impl Statement for ReportManifest {
    const TYPE: &'static str = "ai-report+jwt";
}

/// The statement is not one that the holder of the key has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the statement was not signed by this key")]
pub struct NotGenuine;
