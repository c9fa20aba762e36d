//! What every handler shares.

use std::{sync::Arc, time::Instant};

use access::Database;
use crypto::Passwords;
use identity::AccessTokens;
use telemetry::MetricsHandle;

use crate::config::Config;

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
    /// Hashes passwords in bounded memory.
    pub passwords: Passwords,
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
    pub async fn components(&self) -> Vec<shared::health::Component> {
        Vec::new()
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
