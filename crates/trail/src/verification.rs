//! Compares rows, links and anchors as they are read, and holds no more of them than lies between the two.
//!
//! Rows come in the order of their ids, links in that of their numbers. The two orders are nearly the same: an id is
//! made right before its row is kept, so that a row is seen a moment late at most, unless the clock of one of several
//! servers is wrong. What is out of order waits; what a link names and the reading of rows has gone past is looked up
//! by its id, because it may have been kept just then.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::{
    AuditEventId,
    audit::{TrailAnchor, TrailBreak, TrailBreakKind, TrailHead, TrailReport},
};
use uuid::Uuid;

use super::{
    Anchor, Cut, Entries, Head, Link, Origin, Row, TrailKey,
    cuts::Cuts,
    key::Code,
    swaps::{Displaced, Swaps},
};

/// So many breaks are named; the others are counted.
const NAMED: usize = 100;
/// So many rows wait for a link at most. One more is not waited for.
const WAITING: usize = 1_000_000;

/// What a link says of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    code: Code,
    link: i64,
}

/// A row that no link read so far names.
struct Waiting {
    code: Code,
    seal: Seal,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seal {
    True,
    False,
    None,
}

/// Rows that are the server's own and that no link binds.
#[derive(Debug, Default)]
pub struct Unlinked {
    /// Their ids, in order: the first so many.
    pub ids: Vec<Uuid>,
}

impl Unlinked {
    const MOST: usize = 10_000;

    /// Those from before then.
    pub fn until(&self, then: DateTime<Utc>) -> &[Uuid] {
        let end = self.ids.partition_point(|id| time_of(*id).is_some_and(|at| at < then));
        &self.ids[..end]
    }
}

/// A verification under way.
pub struct Verification {
    key: TrailKey,
    anchors: Vec<Anchor>,
    newest_anchor: Option<TrailAnchor>,
    cuts: Cuts,
    /// Whether all is shown that there is, and not only what came after some time.
    from_start: bool,
    next_number: Option<i64>,
    /// The last link; and whether nothing was wrong with it, so that the next can be held against it.
    last: Option<(Head, bool)>,
    /// Rows that links have named and that were not reached yet.
    bound: BTreeMap<Uuid, Bound>,
    /// The newest row that a link has named.
    named_until: Uuid,
    waiting: BTreeMap<Uuid, Waiting>,
    /// Rows that links have named and that were not found where they were to be.
    missing: BTreeMap<Uuid, Bound>,
    /// Rows up to here have been read.
    read_until: Option<Uuid>,
    sealed_links: bool,
    events: u64,
    links: u64,
    breaks: Vec<TrailBreak>,
    breaks_found: u64,
    swaps: Swaps,
    buffer: Vec<u8>,
}

impl Verification {
    /// Of the whole trail, which has to hold what these anchors name, and may miss what these cuts take: all there are.
    pub fn new(key: TrailKey, anchors: Vec<Anchor>, cuts: Vec<Cut>) -> Self {
        let newest = anchors.iter().max_by_key(|anchor| anchor.number);
        let (cuts, forged) = Cuts::new(cuts, &key);
        let mut verification = Self {
            newest_anchor: newest.map(|anchor| TrailAnchor { number: anchor.number, at: anchor.anchored_at }),
            key,
            anchors,
            cuts,
            from_start: true,
            next_number: None,
            last: None,
            bound: BTreeMap::new(),
            named_until: Uuid::nil(),
            waiting: BTreeMap::new(),
            missing: BTreeMap::new(),
            read_until: None,
            sealed_links: false,
            events: 0,
            links: 0,
            breaks: Vec::new(),
            breaks_found: 0,
            swaps: Swaps::default(),
            buffer: Vec::with_capacity(512),
        };
        for cut in forged {
            verification.note(TrailBreakKind::ForgedCut, None, Some(cut.number), Some(cut.at));
        }
        // An anchor of what may be missing says nothing any more.
        verification.anchors.retain(|anchor| !verification.cuts.take(anchor.number));
        verification
    }

    /// Of what came after `until`, from whichever link is the first to be shown.
    #[must_use]
    pub fn after(mut self, until: Uuid) -> Self {
        self.from_start = false;
        self.read_until = Some(until);
        self
    }

    /// Compares an anchor of a link that will not be shown with the link of its number, if there is one.
    pub fn anchored_before(&mut self, anchor: &Anchor, link: Option<&Link>) {
        let is_there = link.is_some_and(|link| link.is_true(&self.key) && anchor.names(&link.head()));
        if self.anchors.contains(anchor) && !is_there {
            self.note(TrailBreakKind::Truncated, None, Some(anchor.number), Some(anchor.made_at));
        }
        self.anchors.retain(|other| other != anchor);
    }

    /// Says that an anchor was found that the server has not made.
    pub fn forged_anchor(&mut self) {
        self.note(TrailBreakKind::ForgedAnchor, None, None, None);
    }

    /// Whether links that name rows as new as this one may not have been shown yet.
    pub fn wants_links(&self, newest_row: Uuid) -> bool {
        self.named_until <= newest_row
    }

    /// Takes the next link.
    pub fn link(&mut self, link: Link) {
        self.links += 1;
        let first = if self.from_start { self.cuts.first_number(link.number) } else { link.number };
        let expected = self.next_number.unwrap_or(first);
        let in_order = link.number == expected;
        for missing in (expected..link.number).take(NAMED) {
            self.note(TrailBreakKind::Removed, None, Some(missing), None);
        }
        self.breaks_found += (link.number - expected).saturating_sub(NAMED as i64).max(0).unsigned_abs();
        self.next_number = Some(link.number + 1);
        let is_true = link.is_true(&self.key);
        let head = link.head();
        // What is wrong with a link is not held against the next one as well.
        let follows = self.cuts.agree(&link, self.last.is_none())
            && match &self.last {
                Some((last, true)) if in_order => last.mac == link.previous,
                _ => true,
            };
        let entries = Entries::read(&link.entries);
        if let Ok(entries) = entries {
            self.sealed_links |= is_true && entries.origin == Origin::Sealed;
            for (id, code) in entries.iter() {
                self.bind(id, Bound { code, link: link.number });
            }
        }
        if is_true && follows && entries.is_ok() {
            self.last = Some((head.clone(), true));
        } else {
            let named = self.note(TrailBreakKind::ForgedLink, None, Some(link.number), Some(link.made_at));
            if let Some(index) = named.filter(|_| !is_true) {
                self.swaps.link(index, link);
            }
            self.last = Some((head.clone(), false));
        }
        self.compare_with_anchors(&head);
    }

    fn bind(&mut self, id: Uuid, bound: Bound) {
        self.named_until = self.named_until.max(id);
        if self.read_until.is_none_or(|until| id > until) {
            self.bound.insert(id, bound);
        } else if let Some(row) = self.waiting.remove(&id)
            && row.code == bound.code
        {
            // It was read before its link, and is as it was.
        } else {
            self.missing.insert(id, bound);
        }
    }

    fn compare_with_anchors(&mut self, head: &Head) {
        let (met, others) =
            std::mem::take(&mut self.anchors).into_iter().partition(|anchor| anchor.number <= head.number);
        self.anchors = others;
        let met: Vec<Anchor> = met;
        for anchor in met {
            if !anchor.names(head) {
                self.note(TrailBreakKind::Truncated, None, Some(anchor.number), Some(anchor.made_at));
            }
        }
    }

    /// Takes the next row.
    pub fn event(&mut self, row: &Row<'_>) {
        self.events += 1;
        self.read_until = Some(row.id);
        if !self.cuts.hold(row) {
            self.note(TrailBreakKind::ForgedCut, Some(row.id), None, time_of(row.id));
        }
        let code = self.key.bind(row, &mut self.buffer);
        // Mostly the row that is reached is the first that was named.
        let bound = match self.bound.first_entry() {
            Some(first) if *first.key() == row.id => Some(first.remove()),
            _ => self.bound.remove(&row.id),
        };
        match bound {
            Some(bound) => self.compare(row, code, bound),
            None => self.wait(row, code),
        }
    }

    /// Takes a row that cannot be read: none that the server has written is like that.
    pub fn unreadable(&mut self, id: Option<Uuid>) {
        self.events += 1;
        let bound = id.and_then(|id| self.bound.remove(&id).or_else(|| self.missing.remove(&id)));
        self.read_until = self.read_until.max(id);
        let kind = if bound.is_some() { TrailBreakKind::Altered } else { TrailBreakKind::Inserted };
        self.note(kind, id, bound.map(|bound| bound.link), None);
    }

    /// Says that all rows up to this one have been shown.
    pub fn read_until(&mut self, until: Uuid) {
        self.read_until = self.read_until.max(Some(until));
        while let Some(first) = self.bound.first_entry().filter(|first| *first.key() <= until) {
            let (id, bound) = first.remove_entry();
            self.missing.insert(id, bound);
        }
    }

    /// Rows that have to be looked up by their ids, with what is shown of them by [`Self::found`]: at most so many.
    pub fn missing(&self, most: usize) -> Vec<Uuid> {
        self.missing.keys().copied().take(most).collect()
    }

    /// Takes a row that was looked up.
    pub fn found(&mut self, row: &Row<'_>) {
        if let Some(bound) = self.missing.remove(&row.id) {
            let code = self.key.bind(row, &mut self.buffer);
            self.compare(row, code, bound);
        }
    }

    /// Says that those of these rows that were not shown are not there.
    pub fn not_found(&mut self, ids: &[Uuid]) {
        for id in ids {
            if let Some(bound) = self.missing.remove(id) {
                self.note(TrailBreakKind::Removed, Some(*id), Some(bound.link), time_of(*id));
            }
        }
    }

    fn compare(&mut self, row: &Row<'_>, code: Code, bound: Bound) {
        if code != bound.code {
            let at = DateTime::from_timestamp_micros(row.at);
            let named = self.note(TrailBreakKind::Altered, Some(row.id), Some(bound.link), at);
            if let Some(index) = named {
                self.swaps.event(index, Displaced::new(row, bound.code));
            }
        }
    }

    fn wait(&mut self, row: &Row<'_>, code: Code) {
        let seal = match row.mac {
            None => Seal::None,
            Some(_) if self.key.is_sealed(row, &mut self.buffer) => Seal::True,
            Some(_) => Seal::False,
        };
        if self.waiting.len() < WAITING {
            self.waiting.insert(row.id, Waiting { code, seal });
        } else {
            self.note(TrailBreakKind::Inserted, Some(row.id), None, time_of(row.id));
        }
    }

    /// When all links and rows have been shown, or as many as were to be.
    pub fn finish(mut self, complete: bool) -> (TrailReport, Unlinked) {
        let mut unlinked = Unlinked::default();
        let mut waiting = 0;
        if complete {
            for anchor in std::mem::take(&mut self.anchors) {
                self.note(TrailBreakKind::Truncated, None, Some(anchor.number), Some(anchor.made_at));
            }
            if let Some(cut) = self.cuts.newest_unnamed().filter(|_| self.from_start) {
                self.note(TrailBreakKind::ForgedCut, None, Some(cut.number), Some(cut.at));
            }
            // A cut leaves at least one link.
            let until = self.last.as_ref().map_or(0, |(last, _)| last.number);
            if self.from_start && self.cuts.take(until.max(1)) {
                self.note(TrailBreakKind::Truncated, None, Some(until + 1), None);
            }
        }
        for (id, row) in std::mem::take(&mut self.waiting) {
            let own = match row.seal {
                Seal::True => true,
                Seal::False => false,
                Seal::None => !self.sealed_links,
            };
            if own {
                waiting += 1;
                if unlinked.ids.len() < Unlinked::MOST {
                    unlinked.ids.push(id);
                }
            } else if complete {
                self.note(TrailBreakKind::Inserted, Some(id), None, time_of(id));
            }
        }
        for index in self.swaps.found(&self.key) {
            self.breaks[index].kind = TrailBreakKind::Reordered;
        }
        self.breaks.sort_by_key(|found| (found.at, found.link, found.event_id.map(|id| id.0)));
        let head = self.last.map(|(head, _)| TrailHead {
            number: head.number,
            mac: hex::encode(head.mac),
            at: head.made_at,
        });
        let report = TrailReport {
            intact: self.breaks_found == 0,
            complete,
            events: self.events,
            links: self.links,
            unlinked: waiting,
            head,
            first_break: self.breaks.first().copied(),
            breaks: self.breaks,
            breaks_found: self.breaks_found,
            anchored: self.newest_anchor,
            shortened: self.cuts.report(),
        };
        (report, unlinked)
    }

    /// Where it stands in the list, if it is named.
    fn note(
        &mut self,
        kind: TrailBreakKind,
        event: Option<Uuid>,
        link: Option<i64>,
        at: Option<DateTime<Utc>>,
    ) -> Option<usize> {
        self.breaks_found += 1;
        (self.breaks.len() < NAMED).then(|| {
            self.breaks.push(TrailBreak { kind, event_id: event.map(AuditEventId), link, at });
            self.breaks.len() - 1
        })
    }
}

impl std::fmt::Debug for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verification").field("events", &self.events).finish_non_exhaustive()
    }
}

/// When an id was made (RFC 9562 §5.7).
fn time_of(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}
