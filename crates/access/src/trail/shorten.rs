//! Removes the oldest part of a trail when its time is over.
//!
//! First a cut is kept, which says up to which link the trail may be missing, with the event of it, which the chain binds
//! like any other. Then what the cut takes is removed, links in their order and each with its events, so that wherever
//! this is interrupted the rest verifies and the next round goes on. The database lets nobody remove what no cut takes.

use audit::{Action, Attribution, Cut, Entries, Event, Link};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, SubsecRound as _, Utc};
use entities::{audit_events, audit_links, legal_holds, practices};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use shared::{PracticeId, practice::AUDIT_YEARS};
use uuid::Uuid;

use super::{cuts, links, rows, rows::Stored};
use crate::{
    AccessError, Database, DatabaseTarget,
    connection::{Intent, Store, Transaction, connect},
};

/// Links checked or removed at a time, with up to a thousand events each.
const LINKS: u64 = 16;

/// What of a trail has outlived its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlived {
    /// The last link that may go.
    number: i64,
    /// What was recorded from then on is kept.
    pub kept_from: DateTime<Utc>,
}

/// Why a trail was not shortened.
#[derive(Debug, thiserror::Error)]
pub enum ShortenError {
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// What would be removed is not what was recorded: it stays, as evidence.
    #[error("the part that would be removed does not verify, from link {0} on")]
    NotIntact(i64),
}

impl From<sea_orm::DbErr> for ShortenError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Access(error.into())
    }
}

impl Database {
    /// What of a practice's trail is older than the practice keeps it, by whole months. While a client is on legal hold,
    /// nothing is: the trail says who has been at their chart.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find_outlived(&self, practice_id: PracticeId) -> Result<Option<Outlived>, AccessError> {
        let reading = self.transaction(practice_id, Intent::Read).await?;
        let outlived = self.outlived(&reading, practice_id).await;
        reading.end().await?;
        outlived
    }

    async fn outlived(
        &self,
        reading: &Transaction,
        practice_id: PracticeId,
    ) -> Result<Option<Outlived>, AccessError> {
        let Some(practice) = practices::Entity::find_by_id(practice_id).one(reading).await? else {
            return Ok(None);
        };
        let kept_from = kept_from(self.clock().now(), practice.audit_years);
        let Some(number) = links::last_outlived(reading, practice_id, kept_from).await? else {
            return Ok(None);
        };
        let cut = cuts::newest(reading, practice_id, &self.trail_key(practice_id)).await?;
        let is_new = !cut.is_some_and(|cut| cut.takes(number));
        Ok((is_new && !is_held(reading, practice_id).await?).then_some(Outlived { number, kept_from }))
    }

    /// From when on some practice keeps its trail.
    ///
    /// # Errors
    /// The database fails.
    pub async fn trails_kept_from(&self) -> Result<DateTime<Utc>, AccessError> {
        let now = self.clock().now();
        let practices = self.lookup().all(practices::Entity::find()).await?;
        let kept = practices.into_iter().map(|practice| kept_from(now, practice.audit_years)).min();
        Ok(kept.unwrap_or_else(|| kept_from(now, *AUDIT_YEARS.end())))
    }

    /// Keeps a cut over what has outlived its time, and the event of it. What would be removed is verified before.
    ///
    /// # Errors
    /// [`ShortenError`]; nothing is kept then.
    pub async fn cut_trail(&self, practice_id: PracticeId, outlived: Outlived) -> Result<(), ShortenError> {
        let Some((link, last_event)) = self.check_outlived(practice_id, outlived.number).await? else {
            return Ok(());
        };
        let key = self.trail_key(practice_id);
        let (now, id) = (self.clock().now(), self.clock().new_id());
        let writing = self.transaction(practice_id, Intent::Write).await?;
        let before = cuts::newest(&writing, practice_id, &key).await?;
        let cut = Cut {
            id,
            at: now.trunc_subsecs(6),
            kept_from: outlived.kept_from,
            number: link.number,
            link: link.mac,
            last_event,
            events: link.total - before.map_or(0, |cut| cut.total),
            total: link.total,
            mac: Vec::new(),
        };
        if is_held(&writing, practice_id).await?
            || !cuts::keep(&writing, practice_id, cut.sealed(&key)).await?
        {
            writing.end().await?;
            return Ok(());
        }
        let attribution = Attribution {
            practice_id,
            user_id: None,
            actor: "system:retention",
            request_id: "upkeep",
            network: None,
            role: None,
            purpose: None,
            session_id: None,
        };
        let event = Event::of(Action::AuditTrailShortened, id);
        let event = audit::insertion(self.clock().as_ref(), &key, &attribution, vec![event]);
        writing.commit_with(vec![event]).await?;
        self.want_links(practice_id, now);
        Ok(())
    }

    /// The last link up to a number and the newest event of them all, if every link and event is as it was recorded.
    async fn check_outlived(
        &self,
        practice_id: PracticeId,
        until: i64,
    ) -> Result<Option<(Link, Uuid)>, ShortenError> {
        let key = self.trail_key(practice_id);
        let mut buffer = Vec::with_capacity(512);
        let (mut last, mut last_event): (Option<Link>, _) = (None, Uuid::nil());
        loop {
            let reading = self.transaction(practice_id, Intent::Read).await?;
            let before = cuts::newest(&reading, practice_id, &key).await?;
            let before = before.map_or((0, None), |cut| (cut.number, Some(cut.link)));
            let number = last.as_ref().map_or(0, |link| link.number);
            let links = links::after(&reading, practice_id, number, LINKS).await?;
            let mut outlived = links.into_iter().filter(|link| link.number <= until).peekable();
            let is_end = outlived.peek().is_none();
            for link in outlived {
                let number = link.number;
                let wrong = || ShortenError::NotIntact(number);
                let entries = Entries::read(&link.entries).map_err(|_malformed| wrong())?;
                let ids: Vec<Uuid> = entries.iter().map(|(id, _)| id).collect();
                let read = rows::with_ids(&reading, practice_id, &ids).await?;
                let bound = read.iter().filter_map(|read| match rows::stored(read) {
                    Stored::Row(row) => Some((row.id, key.bind(&row, &mut buffer))),
                    Stored::Unreadable(_) => None,
                });
                let follows = match (&last, &before) {
                    (Some(last), _) => last.number + 1 == link.number && last.mac == link.previous,
                    // What was cut off before may not be gone yet.
                    (None, (cut, _)) if number <= *cut => true,
                    (None, (cut, mac)) => {
                        cut + 1 == number && mac.as_ref().is_none_or(|mac| *mac == link.previous)
                    }
                };
                if !(link.is_true(&key) && follows && bound.eq(entries.iter())) {
                    return Err(wrong());
                }
                last_event = ids.last().copied().unwrap_or_default().max(last_event);
                last = Some(link);
            }
            reading.end().await?;
            if is_end {
                return Ok(last.map(|link| (link, last_event)));
            }
        }
    }

    /// Removes what the newest cut of a trail takes, and says how many links that were. `target` is where the database
    /// is: on PostgreSQL the software's role may remove nothing of a trail, so that its owner does.
    ///
    /// # Errors
    /// The database fails, or a link is not what it was when it was cut off; the next round goes on from there.
    pub async fn remove_cut_off(
        &self,
        practice_id: PracticeId,
        target: &DatabaseTarget,
    ) -> Result<u64, ShortenError> {
        let mut links = self.cut_off(practice_id).await?;
        if links.is_empty() {
            return Ok(0);
        }
        let owner = match self.store() {
            Store::Embedded(file) => file.connection().clone(),
            Store::Server(_) => connect(target).await?,
        };
        let mut removed = 0;
        while let Some(last) = links.last().map(|link| link.number) {
            remove(&owner, practice_id, &links, last).await?;
            removed += links.len() as u64;
            links = self.cut_off(practice_id).await?;
        }
        if !self.is_embedded() {
            owner.close().await?;
        }
        Ok(removed)
    }

    /// The next links that are to go, unless a client is on legal hold.
    async fn cut_off(&self, practice_id: PracticeId) -> Result<Vec<Link>, ShortenError> {
        let key = self.trail_key(practice_id);
        let reading = self.transaction(practice_id, Intent::Read).await?;
        let cut = cuts::newest(&reading, practice_id, &key).await?;
        let mut found = Vec::new();
        if let Some(cut) = cut
            && !is_held(&reading, practice_id).await?
        {
            found = links::after(&reading, practice_id, 0, LINKS).await?;
            found.retain(|link| cut.takes(link.number));
        }
        reading.end().await?;
        // Another could name events that stay.
        match found.iter().find(|link| !link.is_true(&key)) {
            Some(forged) => Err(ShortenError::NotIntact(forged.number)),
            None => Ok(found),
        }
    }
}

/// Removes links with the events that they bind, in one transaction.
async fn remove(
    owner: &DatabaseConnection,
    practice_id: PracticeId,
    links: &[Link],
    last: i64,
) -> Result<(), ShortenError> {
    let on_server = owner.get_database_backend() == sea_orm::DbBackend::Postgres;
    let mode = (!on_server).then_some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
    let transaction = owner.begin_with_options(options).await?;
    if on_server {
        // The wall holds the owner as well.
        transaction.execute_unprepared(&format!("SET LOCAL app.practice_id = '{practice_id}'")).await?;
    }
    for link in links {
        let entries = Entries::read(&link.entries);
        let entries = entries.map_err(|_malformed| ShortenError::NotIntact(link.number))?;
        audit_events::Entity::delete_many()
            .filter(audit_events::Column::PracticeId.eq(practice_id))
            .filter(audit_events::Column::Id.is_in(entries.iter().map(|(id, _)| id)))
            .exec(&transaction)
            .await?;
    }
    audit_links::Entity::delete_many()
        .filter(audit_links::Column::PracticeId.eq(practice_id))
        .filter(audit_links::Column::Number.lte(last))
        .exec(&transaction)
        .await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn is_held(transaction: &Transaction, practice_id: PracticeId) -> Result<bool, AccessError> {
    let held = legal_holds::Entity::find()
        .filter(legal_holds::Column::PracticeId.eq(practice_id))
        .filter(legal_holds::Column::ReleasedAt.is_null());
    Ok(held.count(transaction).await? > 0)
}

/// The start of the month so many years ago. Whatever stands in the database, never fewer than the law asks for.
fn kept_from(now: DateTime<Utc>, years: i32) -> DateTime<Utc> {
    let years = years.clamp(*AUDIT_YEARS.start(), *AUDIT_YEARS.end());
    let month = NaiveDate::from_ymd_opt(now.year() - years, now.month(), 1);
    month.map_or(DateTime::UNIX_EPOCH, |day| day.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_is_kept_for_whole_months_and_never_for_less_than_six_years() {
        let then = |text: &str| DateTime::parse_from_rfc3339(text).expect("a time").to_utc();
        let now = then("2034-02-28T23:59:59Z");
        assert_eq!(kept_from(now, 7), then("2027-02-01T00:00:00Z"));
        assert_eq!(kept_from(now, 20), then("2014-02-01T00:00:00Z"));
        assert_eq!(kept_from(now, 0), kept_from(now, 6), "whoever owns the database has written that");
        assert_eq!(kept_from(now, i32::MAX), kept_from(now, 20));
    }
}
