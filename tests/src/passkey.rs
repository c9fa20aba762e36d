//! An authenticator in software: makes passkeys and answers with them as a browser would (WebAuthn Level 3),
//! written apart from the server's part. What a browser would never do can be asked of it too.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use p256::ecdsa::{DerSignature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// One passkey, ES256.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// The page that asks, as the browser sees it.
    pub origin: String,
    /// The site that the key is for.
    pub site: String,
    /// Whether the person is recognised before it signs.
    pub verifies: bool,
    /// What it has counted to; a key that always says zero does not count.
    pub counter: u32,
    /// The account that it says it is of.
    pub account: Option<Value>,
    /// Its secret, which is its id as well.
    pub seed: Vec<u8>,
}

impl Passkey {
    /// The passkey of a seed, at the address that servers in tests have.
    pub fn new(seed: &str) -> Self {
        Self {
            origin: "http://localhost:3001".to_owned(),
            site: "localhost".to_owned(),
            verifies: true,
            counter: 0,
            account: None,
            seed: Sha256::digest(seed).to_vec(),
        }
    }

    /// What the browser makes of the options of a registration.
    pub fn make(&mut self, options: &Value) -> Value {
        self.account = Some(options["user"]["id"].clone());
        let point = self.key().verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("a point"), point.y().expect("a point"));
        // RFC 9053: {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y}
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let data = [&self.data(0x40)[..], &[0; 16], &[0, 32], &self.seed, &key].concat();
        let length = u8::try_from(data.len()).expect("short data");
        let attestation = [b"\xa3cfmtdnonegattStmt\xa0hauthDataX", &[length][..], &data].concat();
        self.credential(&json!({
            "attestationObject": BASE64URL.encode(attestation),
            "clientDataJSON": BASE64URL.encode(self.client_data("webauthn.create", options)),
            "transports": ["internal"],
        }))
    }

    /// What the browser answers to the options of an authentication.
    pub fn answer(&self, options: &Value) -> Value {
        let (data, client_data) = (self.data(0), self.client_data("webauthn.get", options));
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let signature: DerSignature = self.key().sign(&signed);
        self.credential(&json!({
            "authenticatorData": BASE64URL.encode(data),
            "clientDataJSON": BASE64URL.encode(client_data),
            "signature": BASE64URL.encode(signature.as_bytes()),
            "userHandle": self.account,
        }))
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_slice(&self.seed).expect("a hash is a key")
    }

    /// §6.1: the site, what was checked (a person is there: 1, is recognised: 4), and the counter.
    fn data(&self, flags: u8) -> Vec<u8> {
        let flags = flags | if self.verifies { 5 } else { 1 };
        [&Sha256::digest(&self.site)[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn credential(&self, response: &Value) -> Value {
        let id = BASE64URL.encode(&self.seed);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response,
            "clientExtensionResults": {}, "authenticatorAttachment": "platform" })
    }
}
