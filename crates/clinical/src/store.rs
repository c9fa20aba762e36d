//! What the stores have in common: the sealed fields of one row, under a key that is derived once for all of them, and
//! lists that go by a day.

use access::{AccessError, Tx};
use crypto::RowKey;
use entities::{InPractice, Sealed};
use sea_orm::{
    ColumnTrait, Condition, ModelTrait as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, Value,
};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    Phi,
    page::{Page, PageQuery},
};
use uuid::Uuid;

/// Seals and opens the fields of one row.
pub struct Fields {
    key: RowKey,
    table: &'static str,
}

impl Fields {
    /// Those of a row of `table`.
    pub fn of(tx: &Tx, table: &'static str, row: impl Into<Uuid>) -> Self {
        Self { key: tx.data_key().row(table, row.into()), table }
    }

    /// Seals a text.
    pub fn seal(&self, column: &'static str, text: &Phi<String>) -> Sealed {
        Sealed(self.key.seal(column, text.reveal().as_bytes()))
    }

    /// Seals a structure as JSON.
    pub fn seal_json<T: Serialize>(&self, column: &'static str, value: &T) -> Result<Sealed, AccessError> {
        let json = serde_json::to_vec(value).map_err(|_no_json| self.damaged(column))?;
        Ok(Sealed(self.key.seal(column, &json)))
    }

    /// Opens a text.
    pub fn open(&self, column: &'static str, sealed: &Sealed) -> Result<Phi<String>, AccessError> {
        let mut bytes = self.key.open(column, &sealed.0).map_err(|_does_not_open| self.damaged(column))?;
        String::from_utf8(std::mem::take(&mut *bytes)).map(Phi::new).map_err(|_not_text| self.damaged(column))
    }

    /// Opens a text that may be absent.
    pub fn open_some(
        &self,
        column: &'static str,
        sealed: Option<&Sealed>,
    ) -> Result<Option<Phi<String>>, AccessError> {
        sealed.map(|sealed| self.open(column, sealed)).transpose()
    }

    /// Opens a structure sealed as JSON.
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

/// A page of a list that goes by a day and then by id; the cursor names the last row seen, and that row its day.
pub async fn page_by_day<E: InPractice>(
    tx: &Tx,
    select: Select<E>,
    (day, id): (E::Column, E::Column),
    order: Order,
    query: &PageQuery,
) -> Result<Page<E::Model>, AccessError> {
    let newest_first = order == Order::Desc;
    let mut select = select.order_by(day, order.clone()).order_by(id, order).limit(query.rows() + 1);
    let last = query.cursor.as_deref().and_then(|cursor| cursor.parse::<Uuid>().ok());
    let last = match last {
        Some(last) => tx.one(tx.find::<E>().filter(id.eq(last))).await?,
        None => None,
    };
    if let Some(last) = last {
        let (at, last) = (last.get(day), last.get(id));
        let same_day = Condition::all().add(day.eq(at.clone()));
        select = select.filter(if newest_first {
            Condition::any().add(day.lt(at)).add(same_day.add(id.lt(last)))
        } else {
            Condition::any().add(day.gt(at)).add(same_day.add(id.gt(last)))
        });
    }
    Ok(Page::from_overfull(tx.all(select).await?, query.rows(), |row| match row.get(id) {
        Value::Uuid(Some(id)) => id.to_string(),
        other => other.to_string(),
    }))
}
