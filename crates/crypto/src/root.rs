//! The secret that an installation derives its own secrets and indexes from.

use zeroize::Zeroizing;

use crate::{
    DataKey,
    derive::{derive, keyed_hash},
};

/// The root of what belongs to the whole installation and is the same as long as it lives. It is kept as a data key
/// is: wrapped, so that every key-encryption key can be replaced. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RootSecret(DataKey);

impl RootSecret {
    /// Takes a data key as the root; nothing is sealed with it.
    pub fn new(key: DataKey) -> Self {
        Self(key)
    }

    /// A keyed, one-way index of a value that must be found before its owner is known, such as
    /// the e-mail address at sign-in: 128 bits of HMAC-SHA-256 under a key of the root and the
    /// column. Pass a normalised value ([`normalise_email`](crate::normalise_email)).
    pub fn blind_index(&self, column: &str, normalised: &str) -> [u8; 16] {
        let key = derive(self.0.key(), "blind index", &[column.as_bytes()]);
        let hash = keyed_hash(&key, &[normalised.as_bytes()]);
        std::array::from_fn(|index| hash[index])
    }

    /// A 256-bit secret of the whole installation for one purpose (signing tokens, a pepper).
    pub fn secret(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derive(self.0.key(), "secret", &[purpose.as_bytes()])
    }
}
