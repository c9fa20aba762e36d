//! Signs statements that anybody can check with the server's public key.

use access::Database;
use crypto::Zeroizing;
use jwt_simple::prelude::{
    Claims, Duration, Ed25519KeyPair, Ed25519PublicKey, EdDSAKeyPairLike, HeaderOptions,
};
use proof::Statement;

const ISSUER: &str = "mindscribe";

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS_8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Signs statements: Ed25519 (RFC 8032), as a JWS (RFC 7515, RFC 8037).
pub struct Certificates {
    key: Ed25519KeyPair,
    public: Ed25519PublicKey,
}

/// The statement could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the statement could not be signed")]
pub struct NotSigned;

impl Certificates {
    /// The server's own key for statements, the same in every process.
    ///
    /// # Errors
    /// The key cannot be made.
    pub fn of(database: &Database) -> Result<Self, NotSigned> {
        let seed = database.root().secret("certificates");
        let der = Zeroizing::new([PKCS_8.as_slice(), seed.as_slice()].concat());
        let key = Ed25519KeyPair::from_der(&der).map_err(|_no_key| NotSigned)?;
        let public = key.public_key();
        let id = public.jwk_thumbprint();
        Ok(Self { key: key.with_key_id(&id), public: public.with_key_id(&id) })
    }

    /// The public key as a JWK (RFC 7517); its id is its thumbprint (RFC 7638).
    pub fn public_key(&self) -> String {
        self.public.to_jwk()
    }

    /// The statement, signed. It does not expire.
    ///
    /// # Errors
    /// It has no JSON form.
    pub fn sign<T: Statement>(&self, statement: T) -> Result<String, NotSigned> {
        let mut claims = Claims::with_custom_claims(statement, Duration::from_days(1)).with_issuer(ISSUER);
        // When it was is part of the statement.
        (claims.expires_at, claims.issued_at, claims.invalid_before) = (None, None, None);
        let header = HeaderOptions { signature_type: Some(T::TYPE.to_owned()), ..HeaderOptions::default() };
        self.key.sign_with_options(claims, &header).map_err(|_no_json| NotSigned)
    }
}
