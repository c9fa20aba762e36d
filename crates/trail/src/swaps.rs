//! Tells what was put in another's place from what was altered.

use uuid::Uuid;

use super::{Link, Row, TrailKey, key::Code};

/// A whole link is up to 32 kB.
const LINKS: usize = 32;

/// A row that is not what its link says, and what the link says.
pub(super) struct Displaced {
    bound: Code,
    id: Uuid,
    at: i64,
    action: String,
    user_id: Option<Uuid>,
    actor: String,
    client_id: Option<Uuid>,
    subject: String,
    subject_id: Option<Uuid>,
    outcome: String,
    request_id: String,
    detail: Option<String>,
    network: Option<String>,
    role: Option<String>,
    purpose: Option<String>,
    session_id: Option<Uuid>,
    emergency_id: Option<Uuid>,
    mac: Option<Vec<u8>>,
}

impl Displaced {
    pub(super) fn new(row: &Row<'_>, bound: Code) -> Self {
        Self {
            bound,
            id: row.id,
            at: row.at,
            action: row.action.to_owned(),
            user_id: row.user_id,
            actor: row.actor.to_owned(),
            client_id: row.client_id,
            subject: row.subject.to_owned(),
            subject_id: row.subject_id,
            outcome: row.outcome.to_owned(),
            request_id: row.request_id.to_owned(),
            detail: row.detail.map(str::to_owned),
            network: row.network.map(str::to_owned),
            role: row.role.map(str::to_owned),
            purpose: row.purpose.map(str::to_owned),
            session_id: row.session_id,
            emergency_id: row.emergency_id,
            mac: row.mac.map(<[u8]>::to_vec),
        }
    }

    fn row(&self) -> Row<'_> {
        Row {
            id: self.id,
            at: self.at,
            action: &self.action,
            user_id: self.user_id,
            actor: &self.actor,
            client_id: self.client_id,
            subject: &self.subject,
            subject_id: self.subject_id,
            outcome: &self.outcome,
            request_id: &self.request_id,
            detail: self.detail.as_deref(),
            network: self.network.as_deref(),
            role: self.role.as_deref(),
            purpose: self.purpose.as_deref(),
            session_id: self.session_id,
            emergency_id: self.emergency_id,
            mac: self.mac.as_deref(),
        }
    }
}

/// What is not as it was, each with its place in the list of breaks.
#[derive(Default)]
pub(super) struct Swaps {
    events: Vec<(usize, Displaced)>,
    links: Vec<(usize, Link)>,
}

impl Swaps {
    pub(super) fn event(&mut self, index: usize, event: Displaced) {
        self.events.push((index, event));
    }

    pub(super) fn link(&mut self, index: usize, link: Link) {
        if self.links.len() < LINKS {
            self.links.push((index, link));
        }
    }

    /// The places of those that would be right under the id, number or time of another.
    pub(super) fn found(&self, key: &TrailKey) -> Vec<usize> {
        let mut buffer = Vec::new();
        let mut found = Vec::new();
        for (index, one) in &self.events {
            let swapped = self.events.iter().any(|(other_index, other)| {
                let row = one.row();
                index != other_index
                    && (key.bind(&Row { id: other.id, ..row }, &mut buffer) == other.bound
                        || key.bind(&Row { at: other.at, ..row }, &mut buffer) == one.bound)
            });
            if swapped {
                found.push(*index);
            }
        }
        for (index, one) in &self.links {
            let swapped = self.links.iter().any(|(other_index, other)| {
                index != other_index && Link { number: other.number, ..one.clone() }.is_true(key)
            });
            if swapped {
                found.push(*index);
            }
        }
        found
    }
}
