//! The key of one owner's data.

use std::{fmt, sync::Arc};

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    MacKey, OpenError, RowKey, SealedColumn,
    derive::{Deriver, derive, keyed_hash},
};

/// The 256-bit key of one owner (a tenant), at one version. Cheap to clone; wiped when the last
/// clone goes. It is never used itself, only keys derived from it.
#[derive(Clone)]
pub struct DataKey {
    inner: Arc<Inner>,
}

struct Inner {
    owner: Uuid,
    version: u32,
    key: Zeroizing<[u8; 32]>,
    /// Each row has a key of its own, and a list has many rows.
    rows: Deriver,
}

impl DataKey {
    pub(crate) fn new(owner: Uuid, version: u32, key: Zeroizing<[u8; 32]>) -> Self {
        let rows = Deriver::new(&key, "row");
        Self { inner: Arc::new(Inner { owner, version, key, rows }) }
    }

    /// Whose data this key opens.
    pub fn owner(&self) -> Uuid {
        self.inner.owner
    }

    /// Counts up with every rotation of this owner's key. Sealed values carry it.
    pub fn version(&self) -> u32 {
        self.inner.version
    }

    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.inner.key
    }

    pub(crate) fn rows(&self) -> &Deriver {
        &self.inner.rows
    }

    /// The key for the fields of one row. Derive it once and seal or open all the row's columns.
    pub fn row(&self, table: &str, row: Uuid) -> RowKey {
        RowKey::derive(self, table, row)
    }

    /// Seals one field of one row. For several fields of a row use [`row`](Self::row).
    pub fn seal(&self, column: SealedColumn, row: Uuid, plaintext: &[u8]) -> Vec<u8> {
        self.row(column.table, row).seal(column.column, plaintext)
    }

    /// Opens one field of one row.
    ///
    /// # Errors
    /// As [`RowKey::open`].
    pub fn open(
        &self,
        column: SealedColumn,
        row: Uuid,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.row(column.table, row).open(column.column, sealed)
    }

    /// A key of codes for one use, prepared for many messages.
    pub fn mac_key(&self, purpose: &str) -> MacKey {
        MacKey::derived(self.key(), "mac key", &[purpose.as_bytes()])
    }

    /// A hash that only the holder of this key can compute (HMAC-SHA-256): for fingerprints of
    /// personal data and for chains. Each part is preceded by its length, so that parts cannot
    /// slide into each other; `purpose` separates uses.
    pub fn keyed_hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        keyed_hash(&derive(self.key(), "keyed hash", &[purpose.as_bytes()]), parts)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DataKey").field("version", &self.inner.version).finish_non_exhaustive()
    }
}
