//! Binds rows that no link binds yet.

use std::collections::{BTreeSet, HashMap};

use audit::{Code, Cut, Entries, Head, Link, Origin};
use chrono::{DateTime, TimeDelta, Utc};
use shared::PracticeId;
use uuid::Uuid;

use super::{SKEW, WINDOW, cuts, links, rows, rows::Stored};
use crate::{
    AccessError, Database,
    connection::{Intent, Transaction},
};

/// Links read at a time.
const LINKS: u64 = 16;
/// So many practices are remembered; more are read again.
const REMEMBERED: usize = 10_000;

/// Binds the rows of any practice. It remembers where the chains end, so that a round costs little.
#[derive(Debug)]
pub struct Chainer {
    database: Database,
    tails: HashMap<PracticeId, Tail>,
}

/// What a round has done in one practice.
#[derive(Debug, Default)]
pub struct Linked {
    /// How many rows were bound.
    pub events: usize,
    /// How long the oldest of them had waited, by its own time.
    pub lag: TimeDelta,
    /// Whether the end of the chain is another than the last time, or was not known before.
    pub moved: bool,
    /// Whether the end of the chain that was known is not there any more: links were removed or put back.
    pub lost: bool,
    /// Rows that the server has not written as they are now. A link over them would say that it had.
    pub refused: Vec<Uuid>,
}

/// The end of a chain, and what is bound near it.
#[derive(Debug)]
struct Tail {
    head: Option<Head>,
    /// Whether it binds rows with codes: from then on one without is nobody's.
    sealed: bool,
    /// Of what is not newer than this, all was seen that there will be.
    floor: Uuid,
    /// What is newer, and bound, or refused.
    recent: BTreeSet<Uuid>,
}

impl Chainer {
    /// One that knows nothing yet.
    pub fn new(database: Database) -> Self {
        Self { database, tails: HashMap::new() }
    }

    /// Binds all rows of a practice that no link binds.
    ///
    /// # Errors
    /// The database fails; what was bound until then is.
    pub async fn link(&mut self, practice_id: PracticeId) -> Result<Linked, AccessError> {
        let mut linked = Linked::default();
        let mut tail = self.take_tail(practice_id, &mut linked).await?;
        loop {
            let now = self.database.clock().now();
            let reading = self.database.transaction(practice_id, Intent::Read).await?;
            self.catch_up(&reading, practice_id, &mut tail, &mut linked).await?;
            let most = (tail.recent.len() + Link::MOST) as u64;
            let ids = rows::ids_after(&reading, practice_id, tail.floor, most).await?;
            reading.end().await?;
            let new = ids.into_iter().filter(|id| !tail.recent.contains(id)).take(Link::MOST);
            let new: Vec<Uuid> = new.collect();
            if !self.bind(practice_id, &mut tail, &new, &mut linked).await? {
                continue;
            }
            let last = new.last().filter(|_| new.len() == Link::MOST).copied();
            tail.settle(last.and_then(time_of).map_or(now, |time| time.min(now)));
            if last.is_none() {
                break;
            }
        }
        if self.tails.len() >= REMEMBERED {
            self.tails.clear();
        }
        self.tails.insert(practice_id, tail);
        Ok(linked)
    }

    /// Binds rows that were seen so late that the rounds had gone past them.
    ///
    /// # Errors
    /// The database fails.
    pub async fn link_late(&mut self, practice_id: PracticeId, ids: &[Uuid]) -> Result<Linked, AccessError> {
        let mut linked = Linked::default();
        let mut tail = self.take_tail(practice_id, &mut linked).await?;
        for ids in ids.chunks(Link::MOST) {
            while !self.bind(practice_id, &mut tail, ids, &mut linked).await? {
                let reading = self.database.transaction(practice_id, Intent::Read).await?;
                self.catch_up(&reading, practice_id, &mut tail, &mut linked).await?;
                reading.end().await?;
            }
        }
        self.tails.insert(practice_id, tail);
        Ok(linked)
    }

    /// It is taken out, so that after a failure it is read again.
    async fn take_tail(&mut self, practice_id: PracticeId, linked: &mut Linked) -> Result<Tail, AccessError> {
        if let Some(tail) = self.tails.remove(&practice_id) {
            return Ok(tail);
        }
        linked.moved = true;
        let reading = self.database.transaction(practice_id, Intent::Read).await?;
        let tail = Tail::read(&reading, practice_id).await?;
        reading.end().await?;
        Ok(tail)
    }

    /// Keeps links over those of the rows that are the server's own; `false` if another process has kept one
    /// meanwhile.
    async fn bind(
        &self,
        practice_id: PracticeId,
        tail: &mut Tail,
        ids: &[Uuid],
        linked: &mut Linked,
    ) -> Result<bool, AccessError> {
        if ids.is_empty() {
            return Ok(true);
        }
        let key = self.database.trail_key(practice_id);
        let reading = self.database.transaction(practice_id, Intent::Read).await?;
        let read = rows::with_ids(&reading, practice_id, ids).await?;
        reading.end().await?;
        let now = self.database.clock().now();
        let mut buffer = Vec::with_capacity(512);
        let (mut before_codes, mut sealed, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        let mut oldest = now;
        for read in &read {
            match rows::stored(read) {
                Stored::Unreadable(id) => refused.extend(id),
                Stored::Row(row) => {
                    let bound: (Uuid, Code) = (row.id, key.bind(&row, &mut buffer));
                    if key.is_sealed(&row, &mut buffer) {
                        sealed.push(bound);
                    } else if row.mac.is_none() && !tail.sealed {
                        before_codes.push(bound);
                    } else {
                        refused.push(row.id);
                        continue;
                    }
                    oldest = DateTime::from_timestamp_micros(row.at).map_or(oldest, |at| at.min(oldest));
                }
            }
        }
        for (origin, rows) in [(Origin::BeforeCodes, before_codes), (Origin::Sealed, sealed)] {
            if rows.is_empty() {
                continue;
            }
            let link = Link::after(tail.head.as_ref(), &key, now, origin, &rows);
            let writing = self.database.transaction(practice_id, Intent::Write).await?;
            if !links::keep(&writing, practice_id, &link).await? {
                writing.end().await?;
                return Ok(false);
            }
            writing.commit().await?;
            tail.take_head(&link);
            tail.remember(&link);
            linked.events += rows.len();
            linked.moved = true;
            linked.lag = linked.lag.max(now - oldest);
        }
        tail.recent.extend(&refused);
        linked.refused.extend(refused);
        Ok(true)
    }

    /// Reads the links that other processes have kept meanwhile. Where the end that was known is not there any more, all
    /// is read again: the trail goes on, and whoever verifies it finds the anchors missing.
    async fn catch_up(
        &self,
        reading: &Transaction,
        practice_id: PracticeId,
        tail: &mut Tail,
        linked: &mut Linked,
    ) -> Result<(), AccessError> {
        loop {
            let number = tail.head.as_ref().map_or(0, |head| head.number);
            let links = links::after(reading, practice_id, number - 1, LINKS).await?;
            if tail.head.is_some() && links.first().map(Link::head) != tail.head {
                // It may be so long ago that its time was over.
                let key = self.database.trail_key(practice_id);
                let cut = cuts::newest(reading, practice_id, &key).await?;
                linked.lost = !cut.as_ref().is_some_and(|cut: &Cut| cut.takes(number));
                linked.moved = true;
                *tail = Tail::read(reading, practice_id).await?;
                return Ok(());
            }
            for link in links.iter().filter(|link| link.number > number) {
                tail.take_head(link);
                tail.remember(link);
                linked.moved = true;
            }
            if (links.len() as u64) < LINKS {
                return Ok(());
            }
        }
    }
}

impl Tail {
    async fn read(reading: &Transaction, practice_id: PracticeId) -> Result<Self, AccessError> {
        let mut tail = Self { head: None, sealed: false, floor: Uuid::nil(), recent: BTreeSet::new() };
        let mut known_since = DateTime::<Utc>::MIN_UTC;
        let mut number = None;
        loop {
            let links = links::before(reading, practice_id, number, LINKS).await?;
            for link in &links {
                if tail.head.is_none() {
                    tail.take_head(link);
                    // A round may have ended half-way: what comes after its last row may be unbound.
                    let last = Entries::read(&link.entries).ok().and_then(|entries| entries.iter().last());
                    let last = last.and_then(|(id, _)| time_of(id)).unwrap_or(link.made_at);
                    let floor = last.min(link.made_at) - WINDOW;
                    tail.floor = first_id_at(floor);
                    known_since = floor - SKEW;
                }
                if link.made_at < known_since {
                    return Ok(tail);
                }
                tail.remember(link);
            }
            number = links.last().map(|link| link.number);
            if (links.len() as u64) < LINKS {
                return Ok(tail);
            }
        }
    }

    fn take_head(&mut self, link: &Link) {
        let sealed = Entries::read(&link.entries).is_ok_and(|entries| entries.origin == Origin::Sealed);
        self.sealed |= sealed;
        self.head = Some(link.head());
    }

    fn remember(&mut self, link: &Link) {
        let Ok(entries) = Entries::read(&link.entries) else { return };
        self.recent.extend(entries.iter().map(|(id, _)| id).filter(|id| *id > self.floor));
    }

    /// All was seen that was kept before then.
    fn settle(&mut self, until: DateTime<Utc>) {
        self.floor = self.floor.max(first_id_at(until - WINDOW));
        self.recent = self.recent.split_off(&self.floor);
    }
}

/// The least id of a time (RFC 9562 §5.7), to the millisecond.
pub(super) fn first_id_at(time: DateTime<Utc>) -> Uuid {
    let milliseconds = u64::try_from(time.timestamp_millis()).unwrap_or(0);
    Uuid::from_u64_pair(milliseconds << 16, 0)
}

fn time_of(id: Uuid) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis((id.as_u64_pair().0 >> 16) as i64)
}
