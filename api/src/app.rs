//! What every handler shares.

use std::{sync::Arc, time::Duration};

use access::Database;
use blobs::{BlobAddress, BlobError, BlobStore};
use cache::Shared;
use crypto::Passwords;
use identity::{AccessTokens, SignInUses, passkeys::Passkeys};
use jobs::Queue;
use mail::Mailer;
use scribe::Scribe;
use shared::health::{Component, ComponentState};
use sso::{OpenId, WorkOs};
use telemetry::MetricsHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use upkeep::backups::Shelf;

use crate::{config::Config, health::component, rate_limits::RateLimits};

/// A part that does not answer in this time is not there.
const PATIENCE: Duration = Duration::from_secs(2);
/// Seconds after which a waiting job is worth a look.
const LATE: u64 = 900;
/// Seconds after which an audit event has its link, unless something is wrong.
const UNLINKED: i64 = 60;

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The database with its keys and its clock.
    pub database: Database,
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// The site that passkeys are for; none where its address cannot have any.
    pub passkeys: Option<Passkeys>,
    /// When sign-ins were last used.
    pub sign_in_uses: SignInUses,
    /// Hashes passwords in bounded memory.
    pub passwords: Passwords,
    /// Uploads, recordings and the pipeline, with the engines behind the gateway.
    pub scribe: Scribe,
    /// Where backups are kept, if they are.
    pub backups: Option<Shelf>,
    /// Speaks with providers.
    pub openid: OpenId,
    /// The account with WorkOS, if there is one.
    pub workos: Option<WorkOs>,
    /// Whoever takes mail.
    pub mailer: Arc<dyn Mailer>,
    /// How often somebody may ask.
    pub rate_limits: RateLimits,
    /// What processes share, where there is a Redis.
    pub shared: Option<Arc<Shared>>,
    /// Where the ends of the audit trails are anchored.
    pub anchors: BlobStore,
    /// The jobs.
    pub queue: Queue,
    /// Cancelled when the process is stopping.
    pub stopping: CancellationToken,
    /// Counters and their text form.
    pub metrics: MetricsHandle,
    /// When the process was ready.
    pub started: Instant,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// How the parts beside the database are.
    pub async fn components(&self) -> Vec<Component> {
        vec![
            self.object_store().await,
            self.cache().await,
            self.job_queue().await,
            self.backup().await,
            self.audit_chain(),
            self.models(),
        ]
    }

    async fn object_store(&self) -> Component {
        let started = Instant::now();
        // Asking for what is not there is enough to know that somebody answers.
        let nowhere = BlobAddress { owner: uuid::Uuid::nil(), object: uuid::Uuid::nil(), part: 0 };
        let answer = timeout(PATIENCE, self.scribe.blobs.open(&self.database.server_key(), nowhere)).await;
        let there = matches!(answer, Ok(Ok(_) | Err(BlobError::NotFound)));
        component("object store", started, if there { ComponentState::Ok } else { ComponentState::Down })
    }

    /// Without it the server goes on: it is never more than degraded.
    async fn cache(&self) -> Component {
        let started = Instant::now();
        let (state, detail) = match &self.shared {
            None => (ComponentState::Ok, Some("in this process")),
            Some(shared) if shared.latency().await.is_some() => (ComponentState::Ok, None),
            Some(_) => (ComponentState::Degraded, Some("away: in this process meanwhile")),
        };
        let mut component = component("cache", started, state);
        component.detail = detail.map(str::to_owned);
        component
    }

    async fn job_queue(&self) -> Component {
        let started = Instant::now();
        let answer = timeout(PATIENCE, self.queue.depth()).await;
        let Ok(Ok(depth)) = answer else { return component("job queue", started, ComponentState::Down) };
        let age = depth.oldest_waiting_age.map_or(0, |age| age.as_secs());
        let state = if age > LATE { ComponentState::Degraded } else { ComponentState::Ok };
        let mut component = component("job queue", started, state);
        let (waiting, running, dead) = (depth.waiting, depth.running, depth.dead);
        component.detail =
            Some(format!("{waiting} waiting, oldest {age} s; {running} running; {dead} given up"));
        component
    }

    async fn backup(&self) -> Component {
        let started = Instant::now();
        let Some(shelf) = &self.backups else {
            let mut component = component("backup", started, ComponentState::Ok);
            component.detail = Some("none is set up".to_owned());
            return component;
        };
        let Ok(Ok(newest)) = timeout(PATIENCE, shelf.newest_at()).await else {
            return component("backup", started, ComponentState::Down);
        };
        let age = newest.map(|at| self.database.clock().now() - at);
        let late = age.is_none_or(|age| age > self.config.backups.every * 2);
        let state = if late { ComponentState::Degraded } else { ComponentState::Ok };
        let mut component = component("backup", started, state);
        component.detail = Some(age.map_or_else(
            || "there is none yet".to_owned(),
            |age| format!("the newest is {} minutes old", age.num_minutes()),
        ));
        component
    }

    fn audit_chain(&self) -> Component {
        let started = Instant::now();
        let lag = self.database.chain_lag().num_seconds();
        let state = if lag > UNLINKED { ComponentState::Degraded } else { ComponentState::Ok };
        let mut component = component("audit chain", started, state);
        component.detail = Some(format!("oldest event without a link {lag} s"));
        component
    }

    fn models(&self) -> Component {
        let started = Instant::now();
        let files = [self.config.data.speech_model_file(), self.config.data.voice_model_file()];
        let there = files.iter().all(|file| file.is_file());
        let mut component = component(
            "local models",
            started,
            if there { ComponentState::Ok } else { ComponentState::Degraded },
        );
        component.detail = (!there).then(|| "not installed".to_owned());
        component
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
