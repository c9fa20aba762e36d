//! Random bytes from the operating system, and tokens made of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// `N` random bytes.
///
/// # Panics
/// If the operating system has none to give.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}

/// `N` random bytes, wiped when dropped.
///
/// # Panics
/// If the operating system has none to give.
pub fn random_bytes<const N: usize>() -> Zeroizing<[u8; N]> {
    Zeroizing::new(random())
}

/// A token of 256 random bits, base64url without padding (43 characters). What is stored is its
/// [`token_hash`].
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(Zeroizing::new(random::<32>()).as_slice())
}

/// SHA-256 of a token. A token from [`random_token`] has 256 bits of entropy, so that a plain
/// hash is enough: there is no dictionary to try.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(one, other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_url_safe() {
        let (one, two) = (random_token(), random_token());
        assert_ne!(one, two);
        assert_eq!(one.len(), 43);
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    }

    #[test]
    fn a_token_hash_is_sha_256() {
        // FIPS 180-4 example: "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(token_hash("abc")), expected);
    }
}
