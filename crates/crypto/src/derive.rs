//! Keys from keys (HKDF-SHA-256, RFC 5869) and keyed hashes (HMAC-SHA-256, RFC 2104).

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A 256-bit key derived from `key` for one use (`label`) in one place (`context`).
///
/// The label is HKDF's salt and separates uses; the context is its info, each part preceded by
/// its length, so that no two lists of parts read the same.
pub(crate) fn derive(key: &[u8; 32], label: &str, context: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    Deriver::new(key, label).derive(context)
}

/// The first half of [`derive`], for keys that many are derived from.
pub(crate) struct Deriver(Hkdf<Sha256>);

impl Deriver {
    pub(crate) fn new(key: &[u8; 32], label: &str) -> Self {
        Self(Hkdf::new(Some(label.as_bytes()), key))
    }

    pub(crate) fn derive(&self, context: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut info = Vec::with_capacity(96);
        for part in context {
            push_with_length(&mut info, part);
        }
        let mut derived = Zeroizing::new([0; 32]);
        if self.0.expand(&info, derived.as_mut()).is_err() {
            unreachable!("32 bytes are within HKDF's limit of 8160");
        }
        derived
    }
}

/// HMAC-SHA-256 over `parts`, each preceded by its length.
pub(crate) fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // RFC 2104 pads a key shorter than the block of 64 bytes with zeros.
    let mut padded = Zeroizing::new([0; 64]);
    padded[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(padded.as_slice().try_into().unwrap_or_else(|_| unreachable!()));
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Appends `part` after its length (32 bits, big-endian).
pub(crate) fn push_with_length(out: &mut Vec<u8>, part: &[u8]) {
    out.extend_from_slice(&(part.len() as u32).to_be_bytes());
    out.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_agrees_with_rfc_5869_case_1() {
        let ikm = [0x0b; 22];
        let salt = hex::decode("000102030405060708090a0b0c").unwrap();
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap();
        let mut okm = [0; 42];
        Hkdf::<Sha256>::new(Some(&salt), &ikm).expand(&info, &mut okm).unwrap();
        let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
        assert_eq!(hex::encode(okm), expected);
    }

    #[test]
    fn a_keyed_hash_is_hmac_sha_256_of_the_prefixed_parts() {
        let key = [3; 32];
        let mut expected = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        expected.update(&[0, 0, 0, 0, 0, 0, 0, 2, b'a', b'b', 0, 0, 0, 0, 0, 0, 0, 0]);
        let expected: [u8; 32] = expected.finalize().into_bytes().into();
        assert_eq!(keyed_hash(&key, &[b"ab", b""]), expected);
    }

    #[test]
    fn parts_cannot_slide_into_each_other() {
        let key = [1; 32];
        assert_ne!(keyed_hash(&key, &[b"ab", b"c"]), keyed_hash(&key, &[b"a", b"bc"]));
        assert_ne!(derive(&key, "x", &[b"ab", b"c"]), derive(&key, "x", &[b"a", b"bc"]));
        assert_ne!(derive(&key, "x", &[b"a"]), derive(&key, "y", &[b"a"]));
    }
}
