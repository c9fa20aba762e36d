//! What the commands of the binary do.

use std::{net::TcpListener, sync::Arc, time::Duration};

use anyhow::Context as _;
use clock::{SharedClock, SystemClock};
use telemetry::{LogFormat, LogSettings};

use crate::{config::Config, startup, work};

fn system_clock() -> SharedClock {
    Arc::new(SystemClock)
}

fn start_logs(config: &Config) -> anyhow::Result<telemetry::LogGuard> {
    let settings = LogSettings { level: config.log_level.clone(), format: LogFormat::Json };
    telemetry::init(&settings).context("logging cannot be started")
}

/// `serve`: answers requests until the process is told to stop.
///
/// # Errors
/// Something needed cannot be opened.
pub async fn serve(config: Config, listener: TcpListener, with_worker: bool) -> anyhow::Result<()> {
    let _logs = start_logs(&config)?;
    install_crypto_provider();
    let address = listener.local_addr()?;
    let app = startup::build(config, system_clock(), startup::metrics()?).await?;
    let server = startup::serve(app.clone(), listener)?;
    let handle = server.handle();
    tracing::info!(port = address.port(), with_worker, "listening");
    let serving = tokio::spawn(server);
    let working = with_worker.then(|| tokio::spawn(work::work(app.clone())));
    stop_signal().await;
    tracing::info!("stopping: requests under way are finished, jobs are parked");
    app.stopping.cancel();
    handle.stop(true).await;
    serving.await??;
    if let Some(working) = working {
        working.await??;
    }
    Ok(())
}

/// `work`: does jobs until the process is told to stop.
///
/// # Errors
/// Something needed cannot be opened.
pub async fn work(config: Config) -> anyhow::Result<()> {
    let _logs = start_logs(&config)?;
    install_crypto_provider();
    let app = startup::build(config, system_clock(), startup::metrics()?).await?;
    let working = tokio::spawn(work::work(app.clone()));
    tracing::info!("working");
    stop_signal().await;
    app.stopping.cancel();
    working.await?
}

/// `migrate`: brings the schema up to date.
///
/// # Errors
/// The database cannot be reached, or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    startup::open_database(&config, system_clock()).await?;
    println!("The schema is up to date.");
    Ok(())
}

/// `health`: asks the running server, for container health checks in an image without a shell.
///
/// # Errors
/// It does not answer, or is not healthy.
pub async fn health(config: Config) -> anyhow::Result<()> {
    install_crypto_provider();
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy().build()?;
    let address = format!("http://127.0.0.1:{}/health", config.server.port);
    let response = client.get(address).send().await.context("the server does not answer")?;
    anyhow::ensure!(response.status().is_success(), "the server is not healthy");
    println!("healthy");
    Ok(())
}

/// rustls is built without a default provider, so that only one is in the binary.
pub(crate) fn install_crypto_provider() {
    // A second call finds it installed, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Returns at SIGTERM or Ctrl-C.
async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
