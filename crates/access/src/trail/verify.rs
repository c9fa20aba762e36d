//! Reads a trail from its start, or from some time on, and compares it with its chain.

use audit::{Anchor, Cut, NoAnchor, Unlinked, Verification};
use chrono::{DateTime, Utc};
use shared::{PracticeId, audit::TrailReport};
use tokio::time::Instant;
use uuid::Uuid;

use super::{SKEW, chain::first_id_at, cuts, links, rows, rows::Stored};
use crate::{AccessError, Database, connection::Intent};

/// Rows and links read at a time, each page in a transaction of its own: PostgreSQL keeps what was deleted since the
/// oldest transaction began.
const ROWS: u64 = 4000;
const LINKS: u64 = 128;
/// Rows looked up at a time.
const LOOKED_UP: usize = 500;

/// What a verification has found.
#[derive(Debug)]
pub struct Verified {
    /// What does not agree.
    pub report: TrailReport,
    /// Rows that are the server's own and that no link binds.
    pub unlinked: Unlinked,
}

impl Database {
    /// Verifies a practice's trail against its chain and the anchors of it, as long as there is time. `since` leaves
    /// out what was bound before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn verify_trail(
        &self,
        practice_id: PracticeId,
        anchors: Vec<Result<Anchor, NoAnchor>>,
        since: Option<DateTime<Utc>>,
        deadline: Option<Instant>,
    ) -> Result<Verified, AccessError> {
        let forged = anchors.iter().filter(|anchor| anchor.is_err()).count();
        let anchors: Vec<Anchor> = anchors.into_iter().filter_map(Result::ok).collect();
        let mut begins = self.trail_begins(practice_id).await?;
        loop {
            let cuts = begins.1.clone();
            let mut verification = Verification::new(self.trail_key(practice_id), anchors.clone(), cuts);
            (0..forged).for_each(|_| verification.forged_anchor());
            let verified = self.compare_trail(verification, practice_id, &anchors, since, deadline).await?;
            if verified.report.intact {
                return Ok(verified);
            }
            // What was removed while it was read, because its time was over, is nothing that somebody has done.
            let now = self.trail_begins(practice_id).await?;
            if now == begins {
                return Ok(verified);
            }
            begins = now;
        }
    }

    /// The first link, and what was cut off before.
    async fn trail_begins(&self, practice_id: PracticeId) -> Result<(Option<i64>, Vec<Cut>), AccessError> {
        let reading = self.transaction(practice_id, Intent::Read).await?;
        let first = links::after(&reading, practice_id, 0, 1).await?.pop().map(|link| link.number);
        let cuts = cuts::all(&reading, practice_id).await?;
        reading.end().await?;
        Ok((first, cuts))
    }

    async fn compare_trail(
        &self,
        mut verification: Verification,
        practice_id: PracticeId,
        anchors: &[Anchor],
        since: Option<DateTime<Utc>>,
        deadline: Option<Instant>,
    ) -> Result<Verified, AccessError> {
        let mut reading = TrailReading { database: self, practice_id, number: 0, links_end: false };
        let mut after = None;
        if let Some(since) = since
            && let Some(number) = reading.last_link_before(since - SKEW).await?
        {
            let until = first_id_at(since);
            verification = verification.after(until);
            (reading.number, after) = (number, Some(until));
            for anchor in anchors.iter().filter(|anchor| anchor.number <= number) {
                let link = self.find_link(practice_id, Some(anchor.number)).await?;
                verification.anchored_before(anchor, link.as_ref());
            }
        }
        let mut complete = true;
        loop {
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                complete = false;
                break;
            }
            let Some(last) = reading.rows(&mut verification, &mut after).await? else { break };
            verification.read_until(last);
            reading.look_up(&mut verification).await?;
        }
        if complete {
            // Links are kept while this is read: those that bind what was seen are there now.
            while !reading.links_end {
                reading.links(&mut verification).await?;
                reading.look_up(&mut verification).await?;
            }
            verification.read_until(Uuid::max());
            reading.look_up(&mut verification).await?;
        }
        let (report, unlinked) = verification.finish(complete);
        Ok(Verified { report, unlinked })
    }
}

struct TrailReading<'a> {
    database: &'a Database,
    practice_id: PracticeId,
    /// The last link that was read.
    number: i64,
    links_end: bool,
}

impl TrailReading<'_> {
    async fn last_link_before(&self, then: DateTime<Utc>) -> Result<Option<i64>, AccessError> {
        let reading = self.begin().await?;
        let number = links::newest_before(&reading, self.practice_id, then).await?;
        reading.end().await?;
        Ok(number)
    }

    async fn begin(&self) -> Result<crate::connection::Transaction, AccessError> {
        self.database.transaction(self.practice_id, Intent::Read).await
    }

    /// Shows the next rows, and before them the links that bind them; the id of the last one, if there were any.
    async fn rows(
        &mut self,
        verification: &mut Verification,
        after: &mut Option<Uuid>,
    ) -> Result<Option<Uuid>, AccessError> {
        let reading = self.begin().await?;
        let read = rows::after(&reading, self.practice_id, *after, ROWS).await?;
        reading.end().await?;
        if read.is_empty() {
            return Ok(None);
        }
        let last = read.iter().rev().find_map(|read| match rows::stored(read) {
            Stored::Row(row) => Some(row.id),
            Stored::Unreadable(id) => id,
        });
        // What has no id at all comes first, and is not come back to.
        let last = last.unwrap_or(after.unwrap_or_default());
        *after = Some(last);
        while !self.links_end && verification.wants_links(last) {
            self.links(verification).await?;
        }
        for read in &read {
            match rows::stored(read) {
                Stored::Row(row) => verification.event(&row),
                Stored::Unreadable(id) => verification.unreadable(id),
            }
        }
        // It may be the last page of now, and another row is kept in a moment: the links are asked for once more.
        self.links_end = false;
        Ok(Some(last))
    }

    async fn links(&mut self, verification: &mut Verification) -> Result<(), AccessError> {
        let reading = self.begin().await?;
        let links = links::after(&reading, self.practice_id, self.number, LINKS).await?;
        reading.end().await?;
        self.links_end = links.is_empty();
        for link in links {
            self.number = link.number;
            verification.link(link);
        }
        Ok(())
    }

    async fn look_up(&self, verification: &mut Verification) -> Result<(), AccessError> {
        loop {
            let ids = verification.missing(LOOKED_UP);
            if ids.is_empty() {
                return Ok(());
            }
            let reading = self.begin().await?;
            let read = rows::with_ids(&reading, self.practice_id, &ids).await?;
            reading.end().await?;
            for read in &read {
                match rows::stored(read) {
                    Stored::Row(row) => verification.found(&row),
                    Stored::Unreadable(id) => verification.unreadable(id),
                }
            }
            verification.not_found(&ids);
        }
    }
}
