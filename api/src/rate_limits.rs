//! How often a person, a network address and a practice may ask. Counted in Redis for all processes
//! where there is one, and in this process otherwise and while Redis is away.

use std::{net::IpAddr, sync::Arc, time::Duration};

use access::{Actor, Database};
use cache::{Counts, Quota, Shared, Taken};

/// Many people of a practice come from one address.
const ADDRESS: u32 = 5;
const PRACTICE: u32 = 20;
/// What is dear is allowed this much more rarely.
const DEAR: u32 = 20;

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Every request, of a person, an address and a practice.
    General,
    /// What looks at a password or a code, of an address: it costs a hash and may be a guess. How often one
    /// account may be tried is another matter ([`identity::check_throttle`]).
    SignIn,
    /// What takes a whole recording away, of a person and a practice.
    Recordings,
    /// What reads the whole audit trail, of a person and a practice.
    Verification,
}

/// The limits.
pub struct RateLimits {
    /// What a person may ask in a window.
    most: u32,
    window: Duration,
    database: Database,
    counts: Counts,
    shared: Option<Arc<Shared>>,
}

impl RateLimits {
    /// Limits that allow a person `most` requests in a `window`.
    pub fn new(most: u32, window: Duration, database: Database, shared: Option<Arc<Shared>>) -> Self {
        Self { most, window, database, counts: Counts::default(), shared }
    }

    /// Counts a request, unless one of its limits is reached; `None` where nothing about it is counted.
    pub async fn take(&self, class: Class, address: Option<IpAddr>, actor: Option<&Actor>) -> Option<Taken> {
        let quotas = self.quotas(class, address, actor);
        if let Some(shared) = self.shared.as_ref().filter(|shared| shared.is_there())
            && let Some(taken) = shared.take(&self.hidden(&quotas)).await
        {
            return Some(taken);
        }
        self.counts.take(self.database.clock().now(), &quotas)
    }

    fn quotas(&self, class: Class, address: Option<IpAddr>, actor: Option<&Actor>) -> Vec<Quota> {
        let address = address.map(|address| format!("address {}", identity::network(address)));
        let person = actor.map(|actor| format!("person {}", actor.user_id()));
        let practice = actor.map(|actor| format!("practice {}", actor.practice_id()));
        let counted = match class {
            Class::General => {
                vec![(address, ADDRESS, 1), (person, 1, 1), (practice, PRACTICE, 1)]
            }
            Class::SignIn => vec![(address, 1, DEAR)],
            Class::Recordings | Class::Verification => vec![(person, 1, DEAR), (practice, PRACTICE, DEAR)],
        };
        let quota = |(who, times, part): (Option<String>, u32, u32)| {
            let key = format!("{class:?} {}", who?);
            Some(Quota { key, most: (self.most.saturating_mul(times) / part).max(1), window: self.window })
        };
        counted.into_iter().filter_map(quota).collect()
    }

    /// Addresses leave the process only as keyed hashes.
    fn hidden(&self, quotas: &[Quota]) -> Vec<Quota> {
        let hide = |quota: &Quota| {
            let hash = self.database.root().blind_index("rate_limits.key", &quota.key);
            Quota { key: format!("mindscribe:rate:{}", hex::encode(hash)), ..quota.clone() }
        };
        quotas.iter().map(hide).collect()
    }
}

impl std::fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RateLimits")
    }
}
