//! From settings to a running server, in the order in which things can fail.

use std::{net::TcpListener, sync::Arc, time::Duration};

use access::{Database, DatabaseTarget};
use actix_web::{HttpServer, dev::Server, middleware::from_fn, web};
use anyhow::Context as _;
use blobs::{BlobStore, S3Settings};
use cache::Shared;
use clock::SharedClock;
use crypto::{KeyRing, Passwords, Zeroizing};
use governance::{Engines, Gateway, SpeechEngine};
use identity::{AccessTokens, SignInUses, passkeys::Passkeys};
use jobs::{Queue, QueueTarget};
use kms::Kms;
use llm::{ChatRelay, Completer, Extract, LanguageService};
use mail::Mailer;
use outbound::Outbound;
use remote::Service;
use scribe::{Limits, Scribe};
use shared::errors::ErrorCode;
use speech::{AssemblyAi, LocalVoices, LocalWhisper, LocalWhisperConfig, SpeechService};
use sso::{OpenId, WorkOs};
use telemetry::{Metrics, MetricsHandle};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use upkeep::{backups::Shelf, log_archive::LogArchive};

use crate::{
    App, Refusal, api_docs,
    app::Parts,
    config::{
        AnchorConfig, AssemblyAiConfig, Config, DataConfig, KeySource, MailConfig, Secret, ServiceConfig,
        StorageConfig,
    },
    middleware::{observe, security_headers},
    openapi,
    rate_limits::RateLimits,
    routes, trail,
    unmatched::{self, Addresses},
};

/// How long a client may take from connecting to the end of a request's head.
const PATIENCE_FOR_A_HEAD: Duration = Duration::from_secs(30);

/// Opens the database of the settings, with its schema brought up to date.
///
/// # Errors
/// It cannot be reached, or a migration fails.
pub async fn open_database(config: &Config, clock: SharedClock) -> anyhow::Result<Database> {
    make_data_folder(config)?;
    let key_ring = key_ring(config).await?;
    let connection =
        Database::connect(&config.data.database).await.context("the database does not answer")?;
    migrations::bring_up_to_date(&connection).await.context("the schema could not be brought up to date")?;
    connection.close().await.context("the database does not let go")?;
    Database::open(&config.data.database, Arc::new(key_ring), clock)
        .await
        .context("the database cannot be taken into use")
}

/// Makes the folder of the embedded database, if that is the one.
///
/// # Errors
/// It cannot be made.
pub fn make_data_folder(config: &Config) -> anyhow::Result<()> {
    if let DatabaseTarget::Sqlite(path) = &config.data.database
        && let Some(folder) = path.parent()
    {
        std::fs::create_dir_all(folder).context("the data folder cannot be made")?;
    }
    Ok(())
}

/// The key-encryption keys of the settings. What KMS has wrapped is opened by it, now and once.
///
/// # Errors
/// They cannot be read.
pub async fn key_ring(config: &Config) -> anyhow::Result<KeyRing> {
    match &config.data.keys {
        KeySource::Given(given) => given_ring(config, "ENCRYPTION_KEY", given).await,
        KeySource::File(path) => KeyRing::load_or_create(path).context("the key file cannot be used"),
    }
}

/// The key-encryption keys of the log archive.
///
/// # Errors
/// There are none, or they cannot be read.
pub async fn log_key_ring(config: &Config) -> anyhow::Result<KeyRing> {
    let given = config.backups.log_key.as_ref().context("BACKUP_LOG_KEY holds the key of the log archive")?;
    given_ring(config, "BACKUP_LOG_KEY", given).await
}

async fn given_ring(config: &Config, name: &str, given: &Secret) -> anyhow::Result<KeyRing> {
    if !kms::is_wrapped(given.reveal()) {
        return KeyRing::parse(given.reveal()).with_context(|| format!("{name} cannot be used"));
    }
    let opened = Kms::open(config.data.kms.clone())?.open_ring(given.reveal()).await;
    let opened = opened.with_context(|| format!("{name} cannot be opened"))?;
    KeyRing::parse(&opened).with_context(|| format!("{name} cannot be used"))
}

/// The store of recordings of the settings.
///
/// # Errors
/// It cannot be used.
pub fn recordings(config: &Config) -> anyhow::Result<BlobStore> {
    store(&config.data.storage).context("the store of recordings cannot be used")
}

/// Where backups are kept.
///
/// # Errors
/// It cannot be used.
pub fn shelf(backups: &StorageConfig, key_ring: KeyRing) -> anyhow::Result<Shelf> {
    Ok(Shelf::new(store(backups).context("the store of backups cannot be used")?, key_ring))
}

/// Where PostgreSQL's log is archived: with the backups.
///
/// # Errors
/// It cannot be used, or nothing says where it is.
pub fn log_archive(config: &Config) -> anyhow::Result<LogArchive> {
    let backups = config.backups.store.as_ref();
    let backups = backups.context("BACKUP_DIR or BACKUP_S3_BUCKET says where backups are")?;
    Ok(LogArchive::new(&store(backups).context("the store of backups cannot be used")?))
}

fn store(storage: &StorageConfig) -> anyhow::Result<BlobStore> {
    Ok(match storage {
        StorageConfig::Folder(folder) => BlobStore::local(folder)?,
        StorageConfig::S3(settings) => BlobStore::s3(settings.clone())?,
    })
}

/// Puts the parts of the application together.
///
/// # Errors
/// A part cannot be made; the error says which.
pub async fn build(config: Config, clock: SharedClock, metrics: MetricsHandle) -> anyhow::Result<App> {
    let database = open_database(&config, clock).await?;
    let seed = match &config.auth.jwt_secret {
        // Any text becomes a key of the right length; two servers with one text make one key.
        Some(secret) => Zeroizing::new(crypto::token_hash(secret.reveal())),
        None => database.root().secret("access-tokens"),
    };
    let tokens = AccessTokens::new(&seed, config.auth.access_lifetime);
    let passkeys = Passkeys::at(&config.server.base_url);
    if passkeys.is_none() {
        tracing::warn!("there are no passkeys: BASE_URL has no name that browsers would keep them for");
    }
    let pepper = database.root().secret("password-pepper");
    let passwords = Passwords::new(Passwords::default_permits(), pepper);
    let outbound = Outbound::new(config.sso.listed.clone()).context("TLS cannot be set up")?;
    let scribe = scribe(&config, &database, &outbound)?;
    let backups = config.backups.store.as_ref();
    let backups = backups.map(|store| shelf(store, database.key_ring().clone())).transpose()?;
    let mailer = mailer(&config.mail)?;
    let stopping = CancellationToken::new();
    let shared = share(&config, &database, &stopping)?;
    let limits = &config.limits;
    let rate_limits =
        RateLimits::new(limits.requests.get(), limits.request_window, database.clone(), shared.clone());
    let workos = config.sso.workos.as_ref().map(|workos| {
        WorkOs::new(outbound.clone(), &workos.address, &workos.client_id, workos.api_key.reveal())
    });
    let queue = Queue::open(queue_target(&config.data)).await.context("the job queue does not open")?;
    let anchors = anchors(&config.data)?;
    let app = App::new(Parts {
        config,
        anchors,
        database,
        tokens,
        passkeys,
        sign_in_uses: SignInUses::default(),
        passwords,
        scribe,
        backups,
        openid: OpenId::new(outbound),
        workos,
        mailer,
        queue,
        rate_limits,
        shared,
        stopping,
        metrics,
        started: Instant::now(),
    });
    // Every process binds what it has recorded itself, and whatever else it finds there.
    tokio::spawn(app.stopping.clone().run_until_cancelled_owned(trail::keep(app.clone())));
    Ok(app)
}

/// Where the ends of the audit trails are anchored.
///
/// # Errors
/// The store cannot be used.
pub fn anchors(data: &DataConfig) -> anyhow::Result<BlobStore> {
    match (&data.anchors, &data.storage) {
        (AnchorConfig::Folder(folder), _) | (_, StorageConfig::Folder(folder)) => BlobStore::local(folder),
        (AnchorConfig::WithRecordings, StorageConfig::S3(settings)) => BlobStore::s3(settings.clone()),
        (AnchorConfig::Bucket(bucket), StorageConfig::S3(settings)) => {
            BlobStore::s3(S3Settings { bucket: bucket.clone(), locked: true, ..settings.clone() })
        }
    }
    .context("the store of anchors cannot be used")
}

/// A service that the operator has set up. Nothing is asked of it yet.
fn service(of: &ServiceConfig) -> anyhow::Result<Service> {
    Service::new(of.address.clone(), of.key.as_ref().map(Secret::reveal))
        .context("a service elsewhere cannot be used")
}

/// Speech to text elsewhere.
fn speech_service(of: &ServiceConfig) -> anyhow::Result<Arc<SpeechEngine>> {
    let service = SpeechService::new(service(of)?, of.model.clone(), of.run_by.clone());
    Ok(SpeechEngine::of_pieces(Arc::new(service)))
}

/// Speech to text by AssemblyAI.
fn assembly_ai(of: &AssemblyAiConfig) -> anyhow::Result<Arc<SpeechEngine>> {
    let service = Service::of_recordings(of.address.clone(), of.key.reveal());
    let service = service.context("AssemblyAI cannot be used")?;
    Ok(SpeechEngine::of_recordings(Arc::new(AssemblyAi::new(service, of.models.clone()))))
}

/// Drafting elsewhere.
fn language_service(of: &ServiceConfig) -> anyhow::Result<Arc<dyn Completer>> {
    Ok(Arc::new(LanguageService::new(service(of)?, of.model.clone(), of.run_by.clone())))
}

/// The engines behind the gateway, and the store of recordings. Models are loaded when they are
/// first needed.
fn scribe(config: &Config, database: &Database, outbound: &Outbound) -> anyhow::Result<Scribe> {
    let blobs = recordings(config)?;
    let services = &config.services;
    let whisper = LocalWhisper::new(LocalWhisperConfig::new(config.data.speech_model_file()));
    let gateway = Gateway::new(
        database.clone(),
        Engines::only(SpeechEngine::of_pieces(Arc::new(whisper)))
            .and(services.speech.as_ref().map(speech_service).transpose()?)
            .and(services.assembly_ai.as_ref().map(assembly_ai).transpose()?),
        Engines::only(Arc::new(LocalVoices::new(config.data.voice_model_file()))),
        Engines::only(Arc::new(Extract) as Arc<dyn Completer>)
            .and(services.language.as_ref().map(language_service).transpose()?),
    );
    let prices = [
        services.speech.as_ref().map(|of| ("speech-service", of.prices)),
        services.assembly_ai.as_ref().map(|of| ("assemblyai", of.prices)),
        services.language.as_ref().map(|of| ("language-service", of.prices)),
    ];
    let prices = prices.into_iter().flatten().map(|(key, prices)| (key.to_owned(), prices)).collect();
    let gateway = gateway.priced(prices).relaying(ChatRelay::new(outbound.clone()));
    let limits =
        Limits { max_file_size: config.limits.max_file_size, max_duration_ms: config.limits.max_duration_ms };
    Ok(Scribe { database: database.clone(), blobs, gateway, limits })
}

/// What processes share, if there is anything: when a sign-in has changed in one of them, all ask the
/// database again (ADR 13).
fn share(
    config: &Config,
    database: &Database,
    stopping: &CancellationToken,
) -> anyhow::Result<Option<Arc<Shared>>> {
    let Some(url) = &config.cache.redis_url else { return Ok(None) };
    let hearing = database.clone();
    let shared = Shared::open(url.reveal(), stopping.clone(), move || hearing.sign_ins().heard_of_changes())
        .context("REDIS_URL cannot be used")?;
    let (telling, database, stopping) = (shared.clone(), database.clone(), stopping.clone());
    tokio::spawn(stopping.run_until_cancelled_owned(async move {
        loop {
            database.sign_ins().changed_here().await;
            telling.tell().await;
        }
    }));
    Ok(Some(shared))
}

/// Whoever takes mail.
fn mailer(config: &MailConfig) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match config {
        MailConfig::Console => Arc::new(mail::Console),
        MailConfig::Smtp { url, from } => {
            Arc::new(mail::Smtp::new(url.reveal(), from.clone()).context("SMTP_URL cannot be used")?)
        }
        MailConfig::SendGrid { address, key, from } => {
            let sendgrid = mail::SendGrid::new(address, key.reveal(), from.clone());
            Arc::new(sendgrid.context("SendGrid cannot be used")?)
        }
    })
}

fn queue_target(data: &DataConfig) -> QueueTarget {
    match &data.database {
        DatabaseTarget::Sqlite(_) => QueueTarget::Sqlite(data.data_dir.join("jobs.sqlite")),
        DatabaseTarget::Postgres { url, .. } => QueueTarget::Postgres { url: url.clone(), connections: 4 },
    }
}

/// Installs the counters of this process.
///
/// # Errors
/// Something else installed counters before.
pub fn metrics() -> anyhow::Result<MetricsHandle> {
    Metrics::install().context("the metrics cannot be installed")
}

/// Serves on a listener until told to stop. Requests under way are finished first.
///
/// # Errors
/// The listener cannot be used.
pub fn serve(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let data = web::Data::new(app.clone());
    let addresses = Addresses::read(openapi::WRITTEN)?;
    telemetry::declare_routes(addresses.templates());
    let addresses = web::Data::new(addresses);
    let server = HttpServer::new(move || {
        let config = &data.config.server;
        actix_web::App::new()
            .app_data(data.clone())
            // An id that is none leads nowhere; what stands in an address is never repeated.
            .app_data(
                web::PathConfig::default().error_handler(|_, _| Refusal::from(ErrorCode::NotFound).into()),
            )
            .app_data(
                web::QueryConfig::default()
                    .error_handler(|_, _| Refusal::from(ErrorCode::InvalidRequest).into()),
            )
            // Before the routes, whose scope would answer for everything below it.
            .configure(api_docs::configure)
            .configure(routes::routes)
            .app_data(addresses.clone())
            .default_service(web::to(unmatched::answer))
            .wrap(security_headers(config.cookie_secure))
            .wrap(from_fn(observe))
    });
    // A busy moment, such as many sign-ins at once, must not look like a client that never asks: the
    // 5 s that actix waits for a request's head by itself were cut off under load.
    let server = server.client_request_timeout(PATIENCE_FOR_A_HEAD);
    Ok(server.listen(listener)?.shutdown_timeout(30).disable_signals().run())
}
