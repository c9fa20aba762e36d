//! The real server, in this process, on a free port, with a data folder of its own.

use std::{
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use actix_web::dev::ServerHandle;
use api::{config::Config, startup};
use telemetry::LogCapture;
use tempfile::TempDir;
use testing::Postbox;
use tokio::task::JoinHandle;

use crate::{MovableClock, OwnDatabase, sound};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The embedded default.
    Sqlite,
    /// A new database on the server that `MINDSCRIBE_TEST_PG` names.
    Postgres,
}

/// A running server.
pub struct TestApp {
    /// Where it answers.
    pub address: String,
    /// Its parts, for what cannot be reached over HTTP yet.
    pub app: api::App,
    /// Which database it is on.
    pub backend: Backend,
    /// The clock that it goes by.
    pub clock: Arc<MovableClock>,
    /// The mail server that it sends to.
    pub postbox: Postbox,
    /// Everything that was logged in this process.
    pub logs: LogCapture,
    pub(crate) folder: TempDir,
    pub(crate) own: Option<OwnDatabase>,
    server: ServerHandle,
    worker: JoinHandle<anyhow::Result<()>>,
}

impl TestApp {
    /// Where its database is, if it is one of PostgreSQL.
    pub fn database_url(&self) -> Option<&str> {
        self.own.as_ref().map(|own| own.url.as_str())
    }

    /// Starts one; nothing where there is no such database.
    pub async fn start(backend: Backend) -> Option<Self> {
        Self::start_with(backend, &[]).await
    }

    /// Starts one that can transcribe; says so and returns nothing where the models are missing.
    pub async fn start_with_models(backend: Backend) -> Option<Self> {
        sound::models()?;
        Self::start(backend).await
    }

    /// Starts one with other settings.
    pub async fn start_with(backend: Backend, settings: &[(&str, &str)]) -> Option<Self> {
        let logs = capture_logs();
        let own = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(OwnDatabase::create().await?),
        };
        let folder = tempfile::tempdir().expect("a folder");
        let models = sound::models_folder();
        let postbox = Postbox::open().await;
        let config = Config::from_env(&|name| {
            if let Some((_, value)) = settings.iter().find(|(key, _)| *key == name) {
                return Some((*value).to_owned());
            }
            match name {
                "DATA_DIR" => Some(folder.path().join("data").display().to_string()),
                "DATABASE_URL" => own.as_ref().map(|own| own.url.clone()),
                "DATABASE_POOL" => Some("8".to_owned()),
                "MODELS_DIR" => Some(models.display().to_string()),
                "SMTP_URL" => Some(postbox.url()),
                "FROM_EMAIL" => Some("MindScribe <no-reply@mindscribe.example>".to_owned()),
                "SPEECH_MODEL" => Some("tiny.en".to_owned()),
                "RATE_LIMIT_MAX_REQUESTS" => Some("100000".to_owned()),
                _ => None,
            }
        })
        .expect("valid settings");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Arc::new(MovableClock::default());
        let metrics = startup::metrics().expect("metrics");
        let app = startup::build(config, clock.clone(), metrics).await.expect("the server's parts");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = startup::serve(app.clone(), listener).expect("the server starts");
        let handle = server.handle();
        tokio::spawn(server);
        let worker = tokio::spawn(api::work::work(app.clone()));
        Some(Self { address, app, backend, clock, postbox, logs, folder, own, server: handle, worker })
    }

    /// The folder of everything that the server keeps in files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Takes its database away while it runs.
    pub async fn lose_database(&mut self) {
        if let Some(own) = self.own.take() {
            own.remove().await;
        }
    }

    /// Stops it and removes what it kept.
    pub async fn stop(self) {
        let Self { server, worker, app, own, backend, .. } = self;
        app.stopping.cancel();
        // Before the server's threads, because connections that they have opened end with them.
        let worked = worker.await.expect("the worker does not panic");
        server.stop(false).await;
        // Where a test has taken the database away, the worker may say so.
        assert!(worked.is_ok() || (backend == Backend::Postgres && own.is_none()), "{worked:?}");
        drop(app);
        if let Some(own) = own {
            own.remove().await;
        }
    }
}

/// Captures every log line of the process, and still shows why a test failed.
fn capture_logs() -> LogCapture {
    static CAPTURE: OnceLock<LogCapture> = OnceLock::new();
    CAPTURE
        .get_or_init(|| {
            let shows = std::panic::take_hook();
            let capture = LogCapture::install().expect("nothing else captures logs");
            let logs = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                logs(panic);
                shows(panic);
            }));
            capture
        })
        .clone()
}
