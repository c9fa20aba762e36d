//! The key of one owner's data.

use std::{fmt, sync::Arc};

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    AES_256_GCM, FORMAT, FORMAT_OF_CHART, MacKey, OpenError, RowKey, SealedColumn,
    derive::{Deriver, derive, keyed_hash},
};

/// The 256-bit key of one owner (a tenant): the version that seals, and with it the others that still open. Cheap to
/// clone; wiped when the last clone goes. It is never used itself, only keys derived from it.
///
/// **Rotation.** Version 0 seals nothing: what is found again by its hash must not change with every rotation, so hashes
/// are made with the lowest version there is.
///
/// **Charts.** What belongs to one chart is sealed with that chart's secret as well ([`of_chart`](Self::of_chart)). When the
/// secret is destroyed, this key opens nothing of that chart any more, in no copy.
#[derive(Clone)]
pub struct DataKey {
    inner: Arc<Inner>,
    /// Of the one chart whose fields and streams this seals.
    chart: Option<Arc<ChartSecret>>,
}

/// 256 random bits, kept for one chart and destroyed with it. Worth nothing without the data key.
pub type ChartSecret = Zeroizing<[u8; 32]>;

/// 256 bits that are handed out ([`DataKey::lent`]).
pub type LentKey = Zeroizing<[u8; 32]>;

struct Inner {
    owner: Uuid,
    version: u32,
    key: Zeroizing<[u8; 32]>,
    /// Each row has a key of its own, and a list has many rows.
    rows: Deriver,
    /// Other versions of the same owner's key, lowest first.
    others: Vec<DataKey>,
}

impl DataKey {
    pub(crate) fn new(owner: Uuid, version: u32, key: Zeroizing<[u8; 32]>) -> Self {
        let rows = Deriver::new(&key, "row");
        Self { inner: Arc::new(Inner { owner, version, key, rows, others: Vec::new() }), chart: None }
    }

    /// This key for what belongs to one chart. It goes on opening what was sealed before charts had secrets.
    #[must_use]
    pub fn of_chart(&self, secret: Arc<ChartSecret>) -> Self {
        Self { inner: Arc::clone(&self.inner), chart: Some(secret) }
    }

    /// What everything begins with that this key seals: format, algorithm, version.
    pub fn head(&self) -> [u8; 6] {
        sealed_head(self.chart.is_some(), self.version())
    }

    pub(crate) fn format(&self) -> u8 {
        self.head()[0]
    }

    /// The key that has sealed what carries this format and version.
    pub(crate) fn that_sealed(&self, format: u8, version: u32) -> Result<Self, OpenError> {
        let chart = match format {
            FORMAT => None,
            FORMAT_OF_CHART => Some(self.chart.clone().ok_or(OpenError::Refused)?),
            _ => return Err(OpenError::Malformed),
        };
        Ok(Self { inner: Arc::clone(&self.of_version(version)?.inner), chart })
    }

    /// What stands at the end of every derivation for a chart.
    pub(crate) fn chart(&self) -> Option<&[u8]> {
        self.chart.as_ref().map(|secret| secret.as_slice())
    }

    /// This version for sealing, and `others` of the same owner for opening what they have sealed.
    #[must_use]
    pub fn beside(&self, others: impl IntoIterator<Item = Self>) -> Self {
        let mut others: Vec<_> = others
            .into_iter()
            .filter(|other| other.owner() == self.owner() && other.version() != self.version())
            .collect();
        others.sort_by_key(Self::version);
        let rows = Deriver::new(self.key(), "row");
        let (owner, version, key) = (self.owner(), self.version(), self.inner.key.clone());
        Self { inner: Arc::new(Inner { owner, version, key, rows, others }), chart: self.chart.clone() }
    }

    /// The version that opens what carries this number.
    ///
    /// # Errors
    /// [`OpenError::OtherKeyVersion`] if it is not there.
    pub fn of_version(&self, version: u32) -> Result<&Self, OpenError> {
        if version == self.version() {
            return Ok(self);
        }
        let found = self.inner.others.iter().find(|other| other.version() == version);
        found.ok_or(OpenError::OtherKeyVersion { version })
    }

    /// The versions that there are, lowest first.
    pub fn versions(&self) -> Vec<u32> {
        let mut all: Vec<_> = self.inner.others.iter().map(Self::version).chain([self.version()]).collect();
        all.sort_unstable();
        all
    }

    /// What hashes are made with.
    fn lowest(&self) -> &[u8; 32] {
        match self.inner.others.first() {
            Some(other) if other.version() < self.version() => other.key(),
            _ => self.key(),
        }
    }

    /// Whose data this key opens.
    pub fn owner(&self) -> Uuid {
        self.inner.owner
    }

    /// The version that seals. Counts up with every rotation of this owner's key; sealed values carry it.
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
    pub fn row(&self, table: &'static str, row: Uuid) -> RowKey {
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
        MacKey::derived(self.lowest(), "mac key", &[purpose.as_bytes()])
    }

    /// A key that is handed out, for one use (`purpose`) at one thing (`id`). It tells nothing about any other key, and
    /// stays the same when the data key is rotated.
    pub fn lent(&self, purpose: &str, id: Uuid) -> LentKey {
        derive(
            self.lowest(),
            "lent key",
            &[purpose.as_bytes(), id.as_bytes(), self.chart().unwrap_or_default()],
        )
    }

    /// A hash that only the holder of this key can compute (HMAC-SHA-256): for fingerprints of
    /// personal data and for chains. Each part is preceded by its length, so that parts cannot
    /// slide into each other; `purpose` separates uses.
    pub fn keyed_hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        keyed_hash(&derive(self.lowest(), "keyed hash", &[purpose.as_bytes()]), parts)
    }
}

/// What every field begins with that is sealed under this version of a data key, with the secret of a chart or without.
pub fn sealed_head(of_chart: bool, version: u32) -> [u8; 6] {
    let [a, b, c, d] = version.to_be_bytes();
    [if of_chart { FORMAT_OF_CHART } else { FORMAT }, AES_256_GCM, a, b, c, d]
}

impl fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DataKey").field("version", &self.inner.version).finish_non_exhaustive()
    }
}
