//! Replacing data keys: a new version for every owner, and the end of the versions that nothing needs any more. What lies
//! between is in `reseal`.

use audit::{Action, Event};
use chrono::TimeDelta;
use entities::{
    data_keys::{Column, Entity, Model},
    recordings, uploads,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};
use shared::PracticeId;
use uuid::Uuid;

use crate::{
    AccessError, Actor, Database, Tx,
    database::{ROOT, SERVER, key_row},
    keys::SEALS_EVERYWHERE,
};

/// A version that has replaced another is not replaced again in this time: a run that was cut off goes on instead.
const YOUNG: TimeDelta = TimeDelta::days(1);
/// Whatever had begun under an older version has ended by then.
const ENDED: TimeDelta = TimeDelta::hours(1);

/// What became of the versions that seal no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retired {
    /// Destroyed.
    pub destroyed: u64,
    /// Left for now: an hour has not passed, or fields are still under them.
    pub waiting: u64,
    /// Left because sound from their time is kept, whose keys they wrap.
    pub kept_for_sound: u64,
}

/// The versions of one owner's key, lowest first.
pub(crate) struct Versions(Vec<Model>);

impl Versions {
    pub(crate) fn owner(&self) -> PracticeId {
        PracticeId(self.0.first().map_or(SERVER, |row| row.owner))
    }

    /// The highest, which seals or will.
    pub(crate) fn newest(&self) -> Option<&Model> {
        self.0.last().filter(|row| row.version > 0)
    }

    /// Those that have sealed fields before.
    pub(crate) fn older(&self) -> impl Iterator<Item = &Model> {
        self.0.iter().rev().skip(1).filter(|row| row.version > 0)
    }
}

impl Database {
    /// The versions of every owner's key. A row for each practice and version; none of them opened.
    pub(crate) async fn list_versions(&self) -> Result<Vec<Versions>, AccessError> {
        let select = Entity::find()
            .filter(Column::Owner.ne(ROOT))
            .order_by_asc(Column::Owner)
            .order_by_asc(Column::Version);
        let mut all = Vec::<Versions>::new();
        for row in self.lookup().all(select).await? {
            match all.last_mut() {
                Some(versions) if versions.owner().0 == row.owner => versions.0.push(row),
                _ => all.push(Versions(vec![row])),
            }
        }
        Ok(all)
    }

    /// Gives every owner a new version of their data key, which seals ten seconds later. Says how many.
    ///
    /// # Errors
    /// The database fails, or a key was wrapped by one that is not in the ring.
    pub async fn renew_data_keys(&self) -> Result<u64, AccessError> {
        let mut made = 0;
        for versions in self.list_versions().await? {
            let Some(newest) = versions.newest() else { continue };
            if versions.older().next().is_some() && newest.created_at + YOUNG > self.clock().now() {
                continue;
            }
            let (owner, next) = (newest.owner, newest.version.unsigned_abs() + 1);
            let mut rows = vec![(next, self.key_ring().new_data_key(owner, next).1)];
            if versions.0.iter().all(|row| row.version > 0) {
                // From before there was one: what was hashed with the first version stays what it is.
                let lowest = versions.0.first().unwrap_or(newest);
                let key = self.key_ring().open_data_key(owner, &lowest.wrapped);
                let key = key.map_err(|_wrong_key| AccessError::Keys)?;
                rows.push((0, self.key_ring().wrap_as_version(&key, 0)));
            }
            let rows = rows.into_iter().map(|(version, wrapped)| {
                key_row(owner, i32::try_from(version).unwrap_or(i32::MAX), wrapped, self.clock())
            });
            let mut tx = self.begin(keeper(versions.owner())).await?;
            // Of two commands at once the second finds it made.
            let insert = Entity::insert_many(rows).on_conflict_do_nothing();
            insert.exec_without_returning(tx.connection()).await?;
            record(&mut tx, Action::DataKeyRenewed);
            keep(tx).await?;
            made += 1;
        }
        Ok(made)
    }

    /// Destroys the versions that have sealed before, where an hour has passed since they were replaced and nothing is
    /// under them any more.
    ///
    /// # Errors
    /// The database fails.
    pub async fn retire_data_keys(&self) -> Result<Retired, AccessError> {
        let mut retired = Retired::default();
        for versions in self.list_versions().await? {
            let older: Vec<i32> = versions.older().map(|row| row.version).collect();
            let Some(newest) = versions.newest().filter(|_| !older.is_empty()) else { continue };
            let many = older.len() as u64;
            if newest.created_at + ENDED > self.clock().now() {
                retired.waiting += many;
                continue;
            }
            // Before the fields, all of which are looked at.
            let reading = self.begin_reading(keeper(versions.owner())).await?;
            let keeps_sound = keeps_sound_from_before(&reading, newest).await?;
            reading.end().await?;
            if keeps_sound {
                retired.kept_for_sound += many;
                continue;
            }
            if self.count_left(&versions).await? > 0 {
                retired.waiting += many;
                continue;
            }
            let mut tx = self.begin(keeper(versions.owner())).await?;
            let theirs = Entity::delete_many().filter(Column::Owner.eq(newest.owner));
            theirs.filter(Column::Version.is_in(older)).exec(tx.connection()).await?;
            record(&mut tx, Action::DataKeyDestroyed);
            keep(tx).await?;
            self.keys().forget(newest.owner);
            retired.destroyed += many;
        }
        Ok(retired)
    }
}

/// Recordings are wrapped once, under the version of their day.
async fn keeps_sound_from_before(tx: &Tx, newest: &Model) -> Result<bool, AccessError> {
    let sealed_since = newest.created_at + SEALS_EVERYWHERE;
    let kept = tx
        .find::<recordings::Entity>()
        .filter(recordings::Column::CreatedAt.lt(sealed_since))
        .filter(recordings::Column::SoundRemovedAt.is_null());
    let arriving = tx
        .find::<uploads::Entity>()
        .filter(uploads::Column::CreatedAt.lt(sealed_since))
        .filter(uploads::Column::CompletedAt.is_null());
    Ok(kept.count(tx.connection()).await? > 0 || arriving.count(tx.connection()).await? > 0)
}

fn keeper(owner: PracticeId) -> Actor {
    Actor::system("system:keys", owner, "rotate-keys")
}

/// The server's own key is no practice's affair.
fn record(tx: &mut Tx, action: Action) {
    let owner: Uuid = tx.practice_id().0;
    if owner != SERVER {
        tx.record(Event::of(action, owner));
    }
}

async fn keep(tx: Tx) -> Result<(), AccessError> {
    if tx.practice_id().0 == SERVER { tx.commit_of_nobody().await } else { tx.commit().await }
}
