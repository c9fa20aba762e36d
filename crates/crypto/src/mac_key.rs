//! A key of message authentication codes (HMAC-SHA-256, RFC 2104), prepared once for many messages.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::derive::derive;

/// The two halves of the key are hashed when it is made, so that a code costs only its message. Cheap to clone,
/// and not to be printed.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// Bytes of a whole code.
    pub const LEN: usize = 32;
    /// Bytes of a short one: 128 bits, half of the hash, the least that RFC 2104 §5 recommends. Whoever lacks the
    /// key can only guess, and has one guess for every time that somebody looks.
    pub const SHORT_LEN: usize = 16;

    /// The key that is derived from a secret for one use (`label`) in one place (`context`).
    pub fn derived(secret: &[u8; 32], label: &str, context: &[&[u8]]) -> Self {
        let key = derive(secret, label, context);
        // RFC 2104 pads a key shorter than the block of 64 bytes with zeros.
        let mut padded = Zeroizing::new([0; 64]);
        padded[..32].copy_from_slice(key.as_slice());
        Self(Hmac::new(padded.as_slice().try_into().unwrap_or_else(|_| unreachable!())))
    }

    /// The code of a message.
    pub fn mac(&self, message: &[u8]) -> [u8; Self::LEN] {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// The first half of the code of a message.
    pub fn short_mac(&self, message: &[u8]) -> [u8; Self::SHORT_LEN] {
        let mac = self.mac(message);
        std::array::from_fn(|index| mac[index])
    }

    /// Whether two codes are the same, found out in a time that does not depend on where they differ.
    pub fn same(one: &[u8], other: &[u8]) -> bool {
        one.ct_eq(other).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::derive;

    #[test]
    fn a_code_is_hmac_sha_256_under_the_derived_key() {
        let key = MacKey::derived(&[7; 32], "use", &[b"place"]);
        let derived = derive(&[7; 32], "use", &[b"place"]);
        let mut expected = Hmac::<Sha256>::new_from_slice(derived.as_slice()).unwrap();
        expected.update(b"message");
        let expected: [u8; 32] = expected.finalize().into_bytes().into();
        assert_eq!(key.mac(b"message"), expected);
        assert_eq!(key.short_mac(b"message"), expected[..16]);
    }

    #[test]
    fn another_use_and_another_place_have_other_codes() {
        let code = |label, context: &[u8]| MacKey::derived(&[7; 32], label, &[context]).mac(b"message");
        assert_ne!(code("use", b"place"), code("other use", b"place"));
        assert_ne!(code("use", b"place"), code("use", b"other place"));
    }
}
