//! Redis, when there is one: one connection for counts, one for news. A task of its own keeps both, so
//! that no request ever waits for a connection.

use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};
use redis::{
    AsyncConnectionConfig, Client, RedisError, RedisResult, Script,
    aio::{MultiplexedConnection, PubSub},
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{Quota, Taken};

/// An answer that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a connection may take to come about.
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(2);
/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a quiet connection is tried, so that a dead one is noticed.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Where news is told. It says no more than that there is some.
const NEWS: &str = "mindscribe:news";

/// Uses every quota once, or none of them. All that it needs comes with it, and the time is Redis' own, so
/// that processes need not agree about it. For each quota: the share of a use and the top, in microseconds.
const TAKE: &str = "
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local levels, wait = {}, 0
for i, key in ipairs(KEYS) do
  local share, top = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local level = math.max((tonumber(redis.call('GET', key)) or 0) - now, 0)
  if level > top then level = 0 end
  levels[i] = level
  wait = math.max(wait, level + share - top)
end
if wait <= 0 then
  for i, key in ipairs(KEYS) do
    levels[i] = levels[i] + tonumber(ARGV[2 * i - 1])
    redis.call('SET', key, string.format('%.0f', now + levels[i]), 'PX', math.ceil(levels[i] / 1000))
  end
end
table.insert(levels, 1, math.max(wait, 0))
return levels
";

/// The address is none of a Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must begin with redis:// or rediss:// and name a server")]
pub struct AddressRefused;

/// Redis, which may be away at any time.
#[derive(Debug)]
pub struct Shared {
    connection: watch::Sender<Option<MultiplexedConnection>>,
    suspicious: Notify,
    take: Script,
}

impl Shared {
    /// Whether an address can be used.
    ///
    /// # Errors
    /// It cannot.
    pub fn check(address: &str) -> Result<(), AddressRefused> {
        client(address).map(|_| ())
    }

    /// Takes a Redis into use, now and whenever it is there, until `stopping`. `heard` is called when
    /// another process, or this one, has news.
    ///
    /// # Errors
    /// The address cannot be used. That nobody answers there is no error.
    pub fn open(
        address: &str,
        stopping: CancellationToken,
        heard: impl Fn() + Send + Sync + 'static,
    ) -> Result<std::sync::Arc<Self>, AddressRefused> {
        let client = client(address)?;
        let shared = std::sync::Arc::new(Self {
            connection: watch::Sender::new(None),
            suspicious: Notify::new(),
            take: Script::new(TAKE),
        });
        let kept = shared.clone();
        tokio::spawn(async move {
            stopping.run_until_cancelled(kept.keep(client, heard)).await;
        });
        Ok(shared)
    }

    /// Whether it is there.
    pub fn is_there(&self) -> bool {
        self.connection.borrow().is_some()
    }

    /// How long it takes to answer; `None` when it does not.
    pub async fn latency(&self) -> Option<Duration> {
        let asked = Instant::now();
        self.ask(async |mut connection| redis::cmd("PING").query_async::<()>(&mut connection).await).await?;
        Some(asked.elapsed())
    }

    /// Uses all quotas once, or none of them if one is used up; `None` when it is not there. One round trip.
    pub async fn take(&self, quotas: &[Quota]) -> Option<Taken> {
        let mut call = self.take.prepare_invoke();
        for quota in quotas {
            call.key(&quota.key).arg(quota.share()).arg(quota.top());
        }
        let answer: Vec<u64> =
            self.ask(async |mut connection| call.invoke_async(&mut connection).await).await?;
        let (wait, levels) = answer.split_first()?;
        Taken::of(quotas, levels, *wait)
    }

    /// Tells every process that there is news. Lost when it is not there.
    pub async fn tell(&self) {
        self.ask(async |mut connection| {
            redis::cmd("PUBLISH").arg(NEWS).arg("").query_async::<()>(&mut connection).await
        })
        .await;
    }

    async fn ask<T>(&self, ask: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>) -> Option<T> {
        let connection = self.connection.borrow().clone()?;
        let answer = timeout(PATIENCE, ask(connection)).await;
        let answer = answer.ok().and_then(Result::ok);
        if answer.is_none() {
            // The others need not find out one by one.
            self.connection.send_replace(None);
            self.suspicious.notify_one();
        }
        answer
    }

    async fn keep(&self, client: Client, heard: impl Fn() + Send + Sync) {
        let mut said_gone = false;
        loop {
            if let Ok((connection, news)) = connect(&client).await {
                // What was told meanwhile has not been heard.
                heard();
                // A doubt about the connection before.
                let _ = self.suspicious.notified().now_or_never();
                self.connection.send_replace(Some(connection));
                tracing::info!("the cache is there: counts and news are shared between processes");
                said_gone = false;
                self.listen(news, &heard).await;
                self.connection.send_replace(None);
            }
            if !std::mem::replace(&mut said_gone, true) {
                tracing::warn!("the cache is away: until it is back, this process counts for itself");
            }
            sleep(PAUSE).await;
        }
    }

    /// Hears news until a connection is lost.
    async fn listen(&self, mut news: PubSub, heard: &(impl Fn() + Send + Sync)) {
        let mut news = news.on_message();
        loop {
            tokio::select! {
                told = news.next() => match told {
                    Some(_) => heard(),
                    None => return,
                },
                () = self.suspicious.notified() => return,
                () = sleep(HEARTBEAT) => {
                    if self.latency().await.is_none() {
                        return;
                    }
                }
            }
        }
    }
}

fn client(address: &str) -> Result<Client, AddressRefused> {
    let is_network = address.starts_with("redis://") || address.starts_with("rediss://");
    // What stands behind a # would switch off the check of certificates.
    if !is_network || address.contains('#') {
        return Err(AddressRefused);
    }
    Client::open(address).map_err(|_refused| AddressRefused)
}

async fn connect(client: &Client) -> RedisResult<(MultiplexedConnection, PubSub)> {
    let connecting = async {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE_TO_CONNECT))
            .set_response_timeout(Some(PATIENCE));
        let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut news = client.get_async_pubsub().await?;
        news.subscribe(NEWS).await?;
        Ok((connection, news))
    };
    timeout(2 * PATIENCE_TO_CONNECT, connecting).await.unwrap_or_else(|_took_too_long| Err(too_long()))
}

fn too_long() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}
