//! Keys of single charts: a client's, and a session's, which may be several clients'. Each is the practice's data key
//! with a secret of the chart's own, so that destroying 32 bytes destroys what is sealed of that chart, wherever it is.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};
use crypto::{ChartSecret, DataKey, Zeroizing, random_bytes};
use entities::{InPractice, client_keys, encounter_keys};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, QueryFilter as _, QuerySelect as _};
use shared::{ClientId, EncounterId};
use uuid::Uuid;

use crate::{AccessError, Tx};

/// How long a secret is remembered: so long, at most, another process opens what was destroyed, if it comes by a copy.
const KEPT: TimeDelta = TimeDelta::minutes(1);
/// More than this many, and what is old is thrown out. About 100 bytes each.
const MANY: usize = 20_000;

/// Secrets that were used a moment ago, so that most requests cost no query for them.
#[derive(Default)]
pub(crate) struct Charts(RwLock<HashMap<Uuid, Known>>);

struct Known {
    practice: Uuid,
    secret: Arc<ChartSecret>,
    read_at: DateTime<Utc>,
}

impl Charts {
    /// The keys of those that are known; the others are left in `charts`.
    fn find(&self, key: &DataKey, charts: &mut Vec<Uuid>, now: DateTime<Utc>) -> HashMap<Uuid, DataKey> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |known: &&Known| known.practice == key.owner() && (now - known.read_at).abs() < KEPT;
        let mut keys = HashMap::with_capacity(charts.len());
        charts.retain(|chart| match known.get(chart).filter(is_fresh) {
            Some(known) => {
                keys.insert(*chart, key.of_chart(Arc::clone(&known.secret)));
                false
            }
            None => true,
        });
        keys
    }

    fn keep(&self, practice: Uuid, chart: Uuid, secret: Arc<ChartSecret>, now: DateTime<Utc>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, known| (now - known.read_at).abs() < KEPT);
        }
        if known.len() >= MANY {
            known.clear();
        }
        known.insert(chart, Known { practice, secret, read_at: now });
    }

    /// The next who asks reads it again, and finds that it is gone.
    pub(crate) fn forget(&self, charts: impl IntoIterator<Item = Uuid>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for chart in charts {
            known.remove(&chart);
        }
    }
}

/// The keys of several charts.
pub struct ChartKeys(HashMap<Uuid, DataKey>);

impl ChartKeys {
    /// That of one of those that were asked for.
    ///
    /// # Errors
    /// [`AccessError::Keys`] if its secret is gone.
    pub fn of(&self, chart: impl Into<Uuid>) -> Result<&DataKey, AccessError> {
        self.0.get(&chart.into()).ok_or(AccessError::Keys)
    }
}

impl std::fmt::Debug for ChartKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ChartKeys").field(&self.0.len()).finish()
    }
}

impl Tx {
    /// The key of what is about one client.
    ///
    /// # Errors
    /// The database fails, or [`AccessError::Keys`] if its secret is gone.
    pub async fn client_key(&self, client_id: ClientId) -> Result<DataKey, AccessError> {
        self.client_keys(vec![client_id]).await?.of(client_id).cloned()
    }

    /// The key of what is about one session.
    ///
    /// # Errors
    /// As [`Tx::client_key`].
    pub async fn session_key(&self, encounter_id: EncounterId) -> Result<DataKey, AccessError> {
        self.session_keys(vec![encounter_id]).await?.of(encounter_id).cloned()
    }

    /// The keys of what is about these clients; those whose secret is gone are not there.
    ///
    /// # Errors
    /// The database fails.
    pub async fn client_keys(&self, clients: Vec<ClientId>) -> Result<ChartKeys, AccessError> {
        use client_keys::{Column, Entity};
        let clients = clients.into_iter().map(|id| id.0).collect();
        self.chart_keys::<Entity>(clients, (Column::ClientId, Column::Secret)).await
    }

    /// The keys of what is about these sessions; those whose secret is gone are not there.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_keys(&self, sessions: Vec<EncounterId>) -> Result<ChartKeys, AccessError> {
        use encounter_keys::{Column, Entity};
        let sessions = sessions.into_iter().map(|id| id.0).collect();
        self.chart_keys::<Entity>(sessions, (Column::EncounterId, Column::Secret)).await
    }

    /// Makes the secret of a client who is being added, and returns the key of what is about them.
    pub fn new_client_key(&mut self, client_id: ClientId) -> DataKey {
        let (secret, bytes) = self.new_secret(client_id.0);
        self.insert_last::<client_keys::Entity>(client_keys::ActiveModel {
            client_id: Set(client_id),
            secret: Set(bytes),
            ..Default::default()
        });
        self.data_key().of_chart(secret)
    }

    /// Makes the secret of a session that is being added, and returns the key of what is about it.
    pub fn new_session_key(&mut self, encounter_id: EncounterId) -> DataKey {
        let (secret, bytes) = self.new_secret(encounter_id.0);
        self.insert_last::<encounter_keys::Entity>(encounter_keys::ActiveModel {
            encounter_id: Set(encounter_id),
            secret: Set(bytes),
            ..Default::default()
        });
        self.data_key().of_chart(secret)
    }

    /// It is stored when everything is, after the row that it belongs to; until then it is known here. Nobody else has the
    /// id, also if this comes to nothing.
    fn new_secret(&self, chart: Uuid) -> (Arc<ChartSecret>, Vec<u8>) {
        let secret = Arc::new(random_bytes::<32>());
        let bytes = secret.to_vec();
        self.database().charts().keep(self.practice_id().0, chart, Arc::clone(&secret), self.now());
        (secret, bytes)
    }

    /// A key lets nobody see a row, so these are not asked whose they may see.
    async fn chart_keys<E: InPractice>(
        &self,
        mut charts: Vec<Uuid>,
        (id, secret): (E::Column, E::Column),
    ) -> Result<ChartKeys, AccessError> {
        let (practice, now) = (self.practice_id().0, self.now());
        let known = self.database().charts();
        let mut keys = known.find(self.data_key(), &mut charts, now);
        if charts.is_empty() {
            return Ok(ChartKeys(keys));
        }
        charts.sort_unstable();
        charts.dedup();
        let select = E::find().select_only().column(id).column(secret);
        let select = select.filter(E::PRACTICE.eq(practice)).filter(id.is_in(charts));
        for (chart, secret) in select.into_tuple::<(Uuid, Vec<u8>)>().all(self.connection()).await? {
            let secret = Zeroizing::new(secret);
            let secret: [u8; 32] = secret.as_slice().try_into().map_err(|_length| AccessError::Keys)?;
            let secret = Arc::new(Zeroizing::new(secret));
            known.keep(practice, chart, Arc::clone(&secret), now);
            keys.insert(chart, self.data_key().of_chart(secret));
        }
        Ok(ChartKeys(keys))
    }
}
