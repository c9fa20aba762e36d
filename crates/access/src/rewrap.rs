//! Replacing a key-encryption key: every data key is wrapped anew, and nothing that is sealed with them changes.

use std::collections::BTreeMap;

use crypto::KeyRing;
use entities::data_keys::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use shared::PracticeId;
use uuid::Uuid;

use crate::{AccessError, Database, connection::Intent};

/// Keys that are read at a time.
const PAGE: u64 = 500;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Data keys there are.
    pub keys: u64,
    /// Those that this run wrapped anew.
    pub changed: u64,
    /// How many each key-encryption key wraps now, by its id.
    pub wrapped_by: BTreeMap<String, u64>,
}

impl Database {
    /// Wraps every data key that another key wraps under the current one, a row at a time, while requests go on.
    /// Killed, it goes on with the next run. `seen` hears how many keys were looked at.
    ///
    /// # Errors
    /// The database fails, or a key was wrapped by one that is not in the ring.
    pub async fn rewrap_keys(&self, mut seen: impl FnMut(u64)) -> Result<Rewrapped, AccessError> {
        let mut done = Rewrapped::default();
        let mut after = None;
        loop {
            let page = self.page_of_keys(after).await?;
            for row in &page {
                done.changed += u64::from(self.rewrap_key(row).await?);
                done.keys += 1;
            }
            seen(done.keys);
            let Some(last) = page.last() else { break };
            after = Some((last.owner, last.version));
        }
        // Once more, and from the database: a server that was not restarted yet may have added one meanwhile.
        let mut after = None;
        loop {
            let page = self.page_of_keys(after).await?;
            for row in &page {
                let id = KeyRing::wrapping_id(&row.wrapped).map_err(|_malformed| AccessError::Keys)?;
                *done.wrapped_by.entry(id.to_owned()).or_default() += 1;
            }
            let Some(last) = page.last() else { return Ok(done) };
            after = Some((last.owner, last.version));
        }
    }

    async fn page_of_keys(&self, after: Option<(Uuid, i32)>) -> Result<Vec<Model>, AccessError> {
        let mut select = Entity::find().order_by_asc(Column::Owner).order_by_asc(Column::Version).limit(PAGE);
        if let Some((owner, version)) = after {
            let same = Condition::all().add(Column::Owner.eq(owner)).add(Column::Version.gt(version));
            select = select.filter(Condition::any().add(Column::Owner.gt(owner)).add(same));
        }
        self.lookup().all(select).await
    }

    /// Whether it had to be wrapped anew, and still was what had been read.
    async fn rewrap_key(&self, row: &Model) -> Result<bool, AccessError> {
        let wrapped =
            self.key_ring().rewrap(row.owner, &row.wrapped).map_err(|_wrong_key| AccessError::Keys)?;
        let Some(wrapped) = wrapped else { return Ok(false) };
        let update = Entity::update_many()
            .filter(Column::Owner.eq(row.owner))
            .filter(Column::Version.eq(row.version))
            .filter(Column::Wrapped.eq(row.wrapped.clone()))
            .set(ActiveModel { wrapped: Set(wrapped), ..Default::default() });
        let writing = self.transaction(PracticeId(Uuid::nil()), Intent::Write).await?;
        let changed = update.exec(&writing).await?.rows_affected;
        writing.commit().await?;
        Ok(changed == 1)
    }
}
