//! Fields of database rows, each sealed to its owner, table, column, row and key version.

use std::fmt;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, aead::inout::InOutBuf};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    AES_256_GCM, DataKey, FORMAT, FORMAT_OF_CHART, NONCE_LEN, OpenError, TAG_LEN, derive::push_with_length,
    random::random,
};

/// Format, algorithm, key version.
const HEAD_LEN: usize = 6;
const PREFIX_LEN: usize = HEAD_LEN + NONCE_LEN;

/// The place of a sealed field in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table's name, as in the database.
    pub table: &'static str,
    /// The column's name, as in the database.
    pub column: &'static str,
}

impl SealedColumn {
    /// Names a column once, as a constant.
    pub const fn new(table: &'static str, column: &'static str) -> Self {
        Self { table, column }
    }
}

/// The key for the fields of one row. A sealed field is 34 bytes longer than its plaintext:
/// format (1), algorithm (1), key version (4), nonce (12), ciphertext, tag (16).
pub struct RowKey {
    cipher: Aes256Gcm,
    /// For what other versions have sealed.
    data_key: DataKey,
    row: Uuid,
    table: &'static str,
    /// Associated data up to the column: owner, key version, row, table.
    bound: Vec<u8>,
}

impl RowKey {
    pub(crate) fn derive(data_key: &DataKey, table: &'static str, row: Uuid) -> Self {
        let (place, rows) = ((table.as_bytes(), row.as_bytes()), data_key.rows());
        let key = match data_key.chart() {
            Some(secret) => rows.derive(&[place.0, place.1, secret]),
            None => rows.derive(&[place.0, place.1]),
        };
        let mut bound = Vec::with_capacity(96);
        bound.extend_from_slice(data_key.owner().as_bytes());
        bound.extend_from_slice(&data_key.version().to_be_bytes());
        bound.extend_from_slice(row.as_bytes());
        push_with_length(&mut bound, table.as_bytes());
        Self { cipher: Aes256Gcm::new((&*key).into()), data_key: data_key.clone(), row, table, bound }
    }

    /// Seals a field under a fresh random nonce.
    ///
    /// # Panics
    /// If the plaintext is longer than 64 GiB, the limit of AES-GCM.
    pub fn seal(&self, column: &str, plaintext: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_LEN>();
        let mut sealed = Vec::with_capacity(PREFIX_LEN + plaintext.len() + TAG_LEN);
        sealed.extend_from_slice(&self.data_key.head());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let text = InOutBuf::from(&mut sealed[PREFIX_LEN..]);
        match self.cipher.encrypt_inout_detached(&nonce.into(), &self.associated_data(column), text) {
            Ok(tag) => sealed.extend_from_slice(&tag),
            Err(aes_gcm::Error) => panic!("a field of more than 64 GiB"),
        }
        sealed
    }

    /// Opens what [`seal`](Self::seal) made for the same column of the same row, under this version of the data key or
    /// one beside it; also what was sealed before charts had secrets.
    ///
    /// # Errors
    /// [`OpenError::Malformed`], [`OpenError::OtherKeyVersion`], or [`OpenError::Refused`] if it
    /// was altered or comes from another place.
    pub fn open(&self, column: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (format, version) = parse_head(sealed)?;
        if (format, version) != (self.data_key.format(), self.data_key.version()) {
            let other = self.data_key.that_sealed(format, version)?;
            return Self::derive(&other, self.table, self.row).open(column, sealed);
        }
        let (nonce, rest) =
            sealed[HEAD_LEN..].split_first_chunk::<NONCE_LEN>().ok_or(OpenError::Malformed)?;
        let (text, tag) = rest.split_last_chunk::<TAG_LEN>().ok_or(OpenError::Malformed)?;
        let mut plaintext = Zeroizing::new(text.to_vec());
        self.cipher
            .decrypt_inout_detached(
                nonce.into(),
                &self.associated_data(column),
                InOutBuf::from(plaintext.as_mut_slice()),
                tag.into(),
            )
            .map_err(|aes_gcm::Error| OpenError::Refused)?;
        Ok(plaintext)
    }

    fn associated_data(&self, column: &str) -> Vec<u8> {
        let mut bound = Vec::with_capacity(self.bound.len() + column.len() + 6);
        bound.extend_from_slice(&self.bound);
        push_with_length(&mut bound, column.as_bytes());
        bound.extend_from_slice(&[self.data_key.format(), AES_256_GCM]);
        bound
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RowKey").field("version", &self.data_key.version()).finish_non_exhaustive()
    }
}

/// Which version of its owner's data key a sealed field needs.
///
/// # Errors
/// [`OpenError::Malformed`] if this is not a sealed field.
pub fn sealed_key_version(sealed: &[u8]) -> Result<u32, OpenError> {
    parse_head(sealed).map(|(_, version)| version)
}

/// Format and version.
fn parse_head(sealed: &[u8]) -> Result<(u8, u32), OpenError> {
    let (head, rest) = sealed.split_first_chunk::<HEAD_LEN>().ok_or(OpenError::Malformed)?;
    let [format @ (FORMAT | FORMAT_OF_CHART), AES_256_GCM, version @ ..] = *head else {
        return Err(OpenError::Malformed);
    };
    if rest.len() < NONCE_LEN + TAG_LEN {
        return Err(OpenError::Malformed);
    }
    Ok((format, u32::from_be_bytes(version)))
}
