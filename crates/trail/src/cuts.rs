//! The cuts of a trail, compared with its links and with the events that say of them.

use std::collections::BTreeSet;

use shared::audit::TrailCut;
use uuid::Uuid;

use super::{Cut, Link, Row, TrailKey};

/// Those that the server has made.
pub(super) struct Cuts {
    newest: Option<Cut>,
    own: BTreeSet<Uuid>,
    /// Those that an event has named.
    named: BTreeSet<Uuid>,
}

impl Cuts {
    /// Those of all that the key has made, and the others.
    pub(super) fn new(all: Vec<Cut>, key: &TrailKey) -> (Self, Vec<Cut>) {
        let (own, forged): (Vec<_>, Vec<_>) = all.into_iter().partition(|cut| cut.is_true(key));
        let ids = own.iter().map(|cut| cut.id).collect();
        let newest = own.into_iter().max_by_key(|cut| cut.number);
        (Self { newest, own: ids, named: BTreeSet::new() }, forged)
    }

    /// Whether a link may be missing.
    pub(super) fn take(&self, number: i64) -> bool {
        self.newest.as_ref().is_some_and(|cut| cut.takes(number))
    }

    /// The number of the first link, where `shown` is the first that is there: any up to the one after the newest cut,
    /// because what was cut off may not be gone yet.
    pub(super) fn first_number(&self, shown: i64) -> i64 {
        self.newest.as_ref().map_or(1, |cut| shown.min(cut.number + 1))
    }

    /// Whether a link, the first that is shown it may be, is the one that was cut off, or the one that follows it.
    pub(super) fn agree(&self, link: &Link, is_first: bool) -> bool {
        self.newest.as_ref().is_none_or(|cut| {
            let follows = !is_first || link.number != cut.number + 1 || link.previous == cut.link;
            follows && (link.number != cut.number || link.mac == cut.link)
        })
    }

    /// Takes an event: whether the cut is there that it says of, if it says of any.
    pub(super) fn hold(&mut self, row: &Row<'_>) -> bool {
        if row.action != Cut::ACTION || row.outcome != "done" {
            return true;
        }
        let named = row.subject_id.filter(|id| self.own.contains(id));
        self.named.extend(named);
        named.is_some()
    }

    /// The newest, if no event has named it: its event stays until there is a newer one.
    pub(super) fn newest_unnamed(&self) -> Option<Cut> {
        self.newest.clone().filter(|cut| !self.named.contains(&cut.id))
    }

    /// What is said of them.
    pub(super) fn report(&self) -> Option<TrailCut> {
        self.newest.as_ref().map(|cut| TrailCut {
            number: cut.number,
            events: cut.total.unsigned_abs(),
            kept_from: cut.kept_from,
            at: cut.at,
        })
    }
}
