//! Envelope encryption, keyed hashes, password hashes and streaming AEAD.
//!
//! Keys form a tree. The [`KeyRing`] holds key-encryption keys, each of which can be replaced. Each owner of data has a random
//! [`DataKey`], stored only as wrapped by the ring. From a data key come, by HKDF-SHA-256:
//! one [`RowKey`] for each row, under which fields are sealed; one wrapping key for each stored
//! stream, under which that stream's random file key is sealed; and one key for each purpose of
//! a keyed hash. Into the first two goes the secret of the chart that they belong to. Everything is AES-256-GCM with 96-bit nonces, and everything that says where a
//! ciphertext belongs is bound to it as associated data, so that a ciphertext moved elsewhere
//! does not open.
//!
//! Random nonces: NIST SP 800-38D §8.3 allows 2³² messages per key. Keys per row and per stream
//! keep every key many orders of magnitude below that.
//!
//! # Panics
//! Where the operating system refuses random bytes, functions that need them panic: nothing safe
//! can be done without.

#![deny(missing_docs)]

mod base64_text;
mod data_key;
mod derive;
mod email;
mod field;
mod key_file;
mod key_ring;
mod mac_key;
mod password;
mod random;
mod root;
mod stream;

pub use base64_text::decode_base64;
pub use data_key::{ChartSecret, DataKey, LentKey, sealed_head};
pub use email::normalise_email;
pub use field::{RowKey, SealedColumn, sealed_key_version};
pub use key_file::LoadKeysError;
pub use key_ring::{KeyRing, ParseKeysError};
pub use mac_key::MacKey;
pub use password::{PasswordError, Passwords};
pub use random::{equal, random_bytes, random_token, token_hash};
pub use root::RootSecret;
pub use stream::{SealError, StreamAddress, StreamLayout, StreamOpener, StreamSealer};
pub use zeroize::Zeroizing;

/// Why a ciphertext was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// These bytes are not something that this crate sealed: too short, or of an unknown format.
    #[error("the ciphertext is malformed")]
    Malformed,
    /// It was sealed under another version of the data key.
    #[error("the ciphertext belongs to version {version} of the data key")]
    OtherKeyVersion {
        /// The version that can open it.
        version: u32,
    },
    /// The key-encryption key that wrapped it is not in the ring.
    #[error("the key-encryption key that wrapped this data key is not in the key ring")]
    UnknownKey,
    /// Authentication failed: wrong key, wrong place, or altered bytes.
    #[error("the ciphertext does not authenticate")]
    Refused,
}

/// First byte of every envelope. A new layout takes a new number.
pub(crate) const FORMAT: u8 = 1;
/// As [`FORMAT`], under keys that a chart's secret went into.
pub(crate) const FORMAT_OF_CHART: u8 = 2;
/// Second byte of every envelope: AES-256-GCM, 96-bit nonce, 128-bit tag.
pub(crate) const AES_256_GCM: u8 = 1;
pub(crate) const NONCE_LEN: usize = 12;
pub(crate) const TAG_LEN: usize = 16;
