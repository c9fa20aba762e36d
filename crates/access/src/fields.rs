//! The sealed fields of one row, under a key that is derived once for all of them.

use crypto::{DataKey, RowKey};
use entities::Sealed;
use serde::{Serialize, de::DeserializeOwned};
use shared::Phi;
use uuid::Uuid;

use crate::AccessError;

/// Seals and opens the fields of one row.
pub struct Fields {
    key: RowKey,
    table: &'static str,
}

impl Fields {
    /// Those of a row of `table`, under the key of whose chart it is ([`Tx::client_key`](crate::Tx::client_key),
    /// [`Tx::session_key`](crate::Tx::session_key)), or the practice's where it is of nobody's.
    pub fn of(key: &DataKey, table: &'static str, row: impl Into<Uuid>) -> Self {
        Self { key: key.row(table, row.into()), table }
    }

    /// Seals a text.
    pub fn seal(&self, column: &'static str, text: &Phi<String>) -> Sealed {
        Sealed(self.key.seal(column, text.reveal().as_bytes()))
    }

    /// Seals a structure as JSON.
    ///
    /// # Errors
    /// It has no JSON form.
    pub fn seal_json<T: Serialize>(&self, column: &'static str, value: &T) -> Result<Sealed, AccessError> {
        let json = serde_json::to_vec(value).map_err(|_no_json| self.damaged(column))?;
        Ok(Sealed(self.key.seal(column, &json)))
    }

    /// Opens a text.
    ///
    /// # Errors
    /// [`AccessError::Damaged`] when it was altered or moved.
    pub fn open(&self, column: &'static str, sealed: &Sealed) -> Result<Phi<String>, AccessError> {
        let mut bytes = self.key.open(column, &sealed.0).map_err(|_does_not_open| self.damaged(column))?;
        String::from_utf8(std::mem::take(&mut *bytes)).map(Phi::new).map_err(|_not_text| self.damaged(column))
    }

    /// Opens a text that may be absent.
    ///
    /// # Errors
    /// As [`Fields::open`].
    pub fn open_some(
        &self,
        column: &'static str,
        sealed: Option<&Sealed>,
    ) -> Result<Option<Phi<String>>, AccessError> {
        sealed.map(|sealed| self.open(column, sealed)).transpose()
    }

    /// Opens a structure sealed as JSON.
    ///
    /// # Errors
    /// As [`Fields::open`].
    pub fn open_json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        sealed: &Sealed,
    ) -> Result<T, AccessError> {
        let bytes = self.key.open(column, &sealed.0).map_err(|_does_not_open| self.damaged(column))?;
        serde_json::from_slice(&bytes).map_err(|_not_json| self.damaged(column))
    }

    /// The field is not what was put there.
    pub fn damaged(&self, column: &'static str) -> AccessError {
        AccessError::Damaged { table: self.table, column }
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields").field("table", &self.table).finish_non_exhaustive()
    }
}
