//! Key-encryption keys: the root of the tree, from which everything else can be opened.

use std::{fmt, sync::Arc};

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, aead::inout::InOutBuf};
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    AES_256_GCM, DataKey, FORMAT, NONCE_LEN, OpenError, SealedColumn, TAG_LEN,
    derive::{derive, push_with_length},
    random::random,
};

/// Key-encryption keys, each with an id. The first is current: it wraps new data keys. All of
/// them unwrap.
///
/// **Rotation.** Make a new key known to every process, then put it in front; nothing stored has to change at that
/// moment. Then [`rewrap`](Self::rewrap) every data key, after which all the others can be dropped.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<[KeyEncryptionKey]>,
}

#[derive(Clone)]
struct KeyEncryptionKey {
    id: String,
    key: Zeroizing<[u8; 32]>,
}

/// Why a text is not a key ring. `position` counts from 1. No variant repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseKeysError {
    /// There is no key in it.
    #[error("the key ring is empty")]
    Empty,
    /// An id is not 1 to 32 of `A-Z a-z 0-9 . _ -`.
    #[error("key {position} of the ring has no valid id (1 to 32 letters, digits, '.', '_' or '-')")]
    InvalidId {
        /// Which entry.
        position: usize,
    },
    /// Two entries have the same id.
    #[error("key {position} of the ring repeats an earlier id")]
    RepeatedId {
        /// Which entry.
        position: usize,
    },
    /// A key is not 32 bytes in base64 or hexadecimal.
    #[error("key {position} of the ring is not 32 bytes in base64 or hexadecimal")]
    InvalidKey {
        /// Which entry.
        position: usize,
    },
}

/// The id of a key given without one.
const ONLY_ID: &str = "k1";
const WRAP: &str = "wrap data key";
const RING: SealedColumn = SealedColumn::new("key rings", "keys");

impl KeyRing {
    /// Reads `id:key,id2:key2` (current first), or one bare key, whose id is then `k1`. A key is
    /// 32 bytes in base64 (either alphabet, padded or not) or hexadecimal. White space around
    /// entries is ignored.
    pub fn parse(text: &str) -> Result<Self, ParseKeysError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseKeysError::Empty);
        }
        let mut keys = Vec::<KeyEncryptionKey>::new();
        for (index, entry) in text.split(',').enumerate() {
            let position = index + 1;
            let (id, key) = match entry.split_once(':') {
                Some((id, key)) => (id.trim(), key),
                None if !text.contains(',') => (ONLY_ID, entry),
                None => return Err(ParseKeysError::InvalidId { position }),
            };
            if !is_valid_id(id) {
                return Err(ParseKeysError::InvalidId { position });
            }
            if keys.iter().any(|earlier| earlier.id == id) {
                return Err(ParseKeysError::RepeatedId { position });
            }
            let key = decode_key(key.trim()).ok_or(ParseKeysError::InvalidKey { position })?;
            keys.push(KeyEncryptionKey { id: id.to_owned(), key });
        }
        Ok(Self { keys: keys.into() })
    }

    /// A ring of one fixed key, the same in every run. It protects nothing.
    pub fn for_testing() -> Self {
        let key = Zeroizing::new([0x5a; 32]);
        Self { keys: [KeyEncryptionKey { id: "testing".to_owned(), key }].into() }
    }

    /// The ids of the keys, current first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// A new random data key for `owner`, and the same key wrapped for storing. The wrapped form
    /// names the current key-encryption key and binds owner and version.
    pub fn new_data_key(&self, owner: Uuid, version: u32) -> (DataKey, Vec<u8>) {
        let key = Zeroizing::new(random::<32>());
        let wrapped = self.wrap(owner, version, &key);
        (DataKey::new(owner, version, key), wrapped)
    }

    /// Opens what [`new_data_key`](Self::new_data_key) wrapped.
    ///
    /// # Errors
    /// [`OpenError::UnknownKey`] if the ring lacks the key that wrapped it, [`OpenError::Refused`]
    /// if it is another owner's or was altered.
    pub fn open_data_key(&self, owner: Uuid, wrapped: &[u8]) -> Result<DataKey, OpenError> {
        let envelope = WrappedKey::parse(wrapped)?;
        let wrapping =
            self.keys.iter().find(|key| key.id.as_bytes() == envelope.id).ok_or(OpenError::UnknownKey)?;
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(envelope.sealed_key);
        wrapping
            .cipher(owner)
            .decrypt_inout_detached(
                envelope.nonce.into(),
                &associated_data(owner, envelope.head),
                InOutBuf::from(key.as_mut_slice()),
                envelope.tag.into(),
            )
            .map_err(|aes_gcm::Error| OpenError::Refused)?;
        Ok(DataKey::new(owner, envelope.version, key))
    }

    /// The same data key wrapped under another version number: as version 0 it goes on hashing when it seals no more.
    pub fn wrap_as_version(&self, key: &DataKey, version: u32) -> Vec<u8> {
        self.wrap(key.owner(), version, key.key())
    }

    /// Wraps a stored data key under the current key. `None` if it already is: the run that
    /// rotates keys has nothing to do with this one.
    ///
    /// # Errors
    /// As [`open_data_key`](Self::open_data_key).
    pub fn rewrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<Option<Vec<u8>>, OpenError> {
        let opened = self.open_data_key(owner, wrapped)?;
        if WrappedKey::parse(wrapped)?.id == self.current().id.as_bytes() {
            return Ok(None);
        }
        Ok(Some(self.wrap(owner, opened.version(), opened.key())))
    }

    /// The ring itself, sealed under a data key that it wraps: for a backup, whose keys were wrapped by keys that may be
    /// retired before it is needed.
    pub fn seal(&self, key: &DataKey) -> Vec<u8> {
        let mut text = Zeroizing::new(String::new());
        for one in self.keys.iter() {
            let encoded = Zeroizing::new(hex::encode(one.key.as_slice()));
            for piece in [if text.is_empty() { "" } else { "," }, &one.id, ":", &encoded] {
                text.push_str(piece);
            }
        }
        key.seal(RING, key.owner(), text.as_bytes())
    }

    /// This ring, and after its own keys those of a [sealed](Self::seal) one whose ids it has not.
    ///
    /// # Errors
    /// [`OpenError`] if it does not open, or holds no ring.
    pub fn joined_by(&self, key: &DataKey, sealed: &[u8]) -> Result<Self, OpenError> {
        let text = key.open(RING, key.owner(), sealed)?;
        let text = std::str::from_utf8(&text).map_err(|_no_text| OpenError::Malformed)?;
        let others = Self::parse(text).map_err(|_no_ring| OpenError::Malformed)?;
        let others = others.keys.iter().filter(|other| self.ids().all(|id| id != other.id));
        Ok(Self { keys: self.keys.iter().chain(others).cloned().collect() })
    }

    /// Which key-encryption key wrapped a stored data key, by its id.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] if this is no wrapped data key.
    pub fn wrapping_id(wrapped: &[u8]) -> Result<&str, OpenError> {
        std::str::from_utf8(WrappedKey::parse(wrapped)?.id).map_err(|_no_text| OpenError::Malformed)
    }

    /// The last key as the first data key of `owner`, and the same wrapped: for what was derived from it directly,
    /// before there was a [`RootSecret`](crate::RootSecret).
    pub fn last_as_data_key(&self, owner: Uuid) -> (DataKey, Vec<u8>) {
        let key = self.keys[self.keys.len() - 1].key.clone();
        let wrapped = self.wrap(owner, 1, &key);
        (DataKey::new(owner, 1, key), wrapped)
    }

    fn current(&self) -> &KeyEncryptionKey {
        &self.keys[0]
    }

    fn wrap(&self, owner: Uuid, version: u32, key: &[u8; 32]) -> Vec<u8> {
        let current = self.current();
        let mut wrapped = vec![FORMAT, AES_256_GCM, current.id.len() as u8];
        wrapped.extend_from_slice(current.id.as_bytes());
        wrapped.extend_from_slice(&version.to_be_bytes());
        let bound = associated_data(owner, &wrapped);
        let nonce = random::<NONCE_LEN>();
        wrapped.extend_from_slice(&nonce);
        let start = wrapped.len();
        wrapped.extend_from_slice(key);
        let sealed = current.cipher(owner).encrypt_inout_detached(
            &nonce.into(),
            &bound,
            InOutBuf::from(&mut wrapped[start..]),
        );
        match sealed {
            Ok(tag) => wrapped.extend_from_slice(&tag),
            Err(aes_gcm::Error) => unreachable!("32 bytes are within the limit of AES-GCM"),
        }
        wrapped
    }

    /// The text that [`parse`](Self::parse) reads, for the key file.
    pub(crate) fn new_as_text() -> Zeroizing<String> {
        let key = Zeroizing::new(random::<32>());
        let encoded = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(key.as_slice()));
        Zeroizing::new(format!("{ONLY_ID}:{}\n", encoded.as_str()))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.ids()).finish()
    }
}

impl KeyEncryptionKey {
    /// A wrapping key for each owner: an owner's few wrappings share no nonce space with others.
    fn cipher(&self, owner: Uuid) -> Aes256Gcm {
        Aes256Gcm::new((&*derive(&self.key, WRAP, &[owner.as_bytes()])).into())
    }
}

/// A wrapped data key, taken apart: format, algorithm, length of id, id, version (4), nonce
/// (12), key (32), tag (16).
struct WrappedKey<'a> {
    head: &'a [u8],
    id: &'a [u8],
    version: u32,
    nonce: &'a [u8; NONCE_LEN],
    sealed_key: &'a [u8; 32],
    tag: &'a [u8; TAG_LEN],
}

impl<'a> WrappedKey<'a> {
    fn parse(wrapped: &'a [u8]) -> Result<Self, OpenError> {
        Self::take_apart(wrapped).ok_or(OpenError::Malformed)
    }

    fn take_apart(wrapped: &'a [u8]) -> Option<Self> {
        let [FORMAT, AES_256_GCM, id_len, ..] = wrapped else { return None };
        let (head, rest) = wrapped.split_at_checked(3 + usize::from(*id_len) + 4)?;
        let (id, version) = head.get(3..)?.split_last_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (sealed_key, rest) = rest.split_first_chunk()?;
        let tag = rest.try_into().ok()?;
        Some(Self { head, id, version: u32::from_be_bytes(*version), nonce, sealed_key, tag })
    }
}

fn associated_data(owner: Uuid, head: &[u8]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(64);
    bound.extend_from_slice(owner.as_bytes());
    push_with_length(&mut bound, head);
    bound
}

fn is_valid_id(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn decode_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    const ANY_PADDING: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, ANY_PADDING);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, ANY_PADDING);
    let bytes = if text.len() == 64 {
        hex::decode(text).ok()
    } else {
        STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
    };
    let bytes = Zeroizing::new(bytes?);
    let mut key = Zeroizing::new([0; 32]);
    if bytes.len() != key.len() {
        return None;
    }
    key.copy_from_slice(&bytes);
    Some(key)
}
