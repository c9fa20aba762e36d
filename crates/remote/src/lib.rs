//! An AI service elsewhere, at an address that the operator has named: how it is asked, how often, and what its refusals
//! mean. What is asked for is the business of the engines, `speech` and `llm`.
//!
//! No text, no sound and no word of an answer is ever logged or part of an error: a service may quote what it was sent.

mod address;

use std::{fmt, time::Duration};

use bytes::Bytes;
use reqwest::{
    Client, Method, Response,
    header::{self, HeaderMap, HeaderValue},
    redirect,
};
use tokio::time::Instant;
use zeroize::Zeroizing;

pub use address::{AddressError, ServiceAddress};
pub use reqwest::{Body, RequestBuilder, multipart};

/// The longest answer, in bytes: the words of a long session with their times are well below it.
const LONGEST: usize = 16 * 1024 * 1024;
/// How long a service may be silent. Some hold a request for minutes until it is its turn.
const SILENCE: Duration = Duration::from_mins(3);
/// From the first byte of the first try to the last of the answer.
const PATIENCE: Duration = Duration::from_mins(12);
/// The same where whole recordings go there: three hours of plain sound over a line of 1 Mbit/s.
const PATIENCE_WITH_RECORDINGS: Duration = Duration::from_mins(50);
/// Asked so often where it is busy or does not answer. After that the job waits, and comes back.
const TRIES: u32 = 3;
/// Before the second try; four times as long before each further one, unless the service names a time.
const PAUSE: Duration = Duration::from_secs(1);
/// Whoever is told to wait longer comes back with the job.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Why there is no answer. Names neither address nor key, and nothing that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// Nobody answered, or not to the end.
    #[error("the service does not answer")]
    NoAnswer,
    /// It has too much to do (429, 503), or failed (other 5xx): later may be better.
    #[error("the service cannot do it now (status {0})")]
    Busy(u16),
    /// It does not take the key (401, 403), or the account has no credit (402): somebody has to see to that.
    #[error("the service does not accept this server (status {0})")]
    NotAccepted(u16),
    /// It does not take what was sent, however often it is sent.
    #[error("the service does not take what was sent (status {0})")]
    NotTaken(u16),
    /// The answer is longer than 16 MiB.
    #[error("the answer is too long")]
    TooLong,
    /// The answer is not what was asked for.
    #[error("the answer has another form")]
    Malformed,
}

impl ServiceError {
    /// What a status that is none of success means.
    pub fn of_status(status: u16) -> Self {
        match status {
            code @ (401..=403) => Self::NotAccepted(code),
            code @ (408 | 425 | 429 | 500..=599) => Self::Busy(code),
            code => Self::NotTaken(code),
        }
    }

    /// Whether the same may be answered a moment later.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::NoAnswer | Self::Busy(_))
    }
}

/// A service.
pub struct Service {
    client: Client,
    address: ServiceAddress,
    /// What goes along as `Authorization`.
    key: Option<HeaderValue>,
    pause: Duration,
    patience: Duration,
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why a service cannot be asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unprepared {
    /// rustls has no provider, or the system no certificates.
    #[error("TLS cannot be set up")]
    NoTls,
    /// The key has characters that no header takes.
    #[error("the key is none")]
    NoKey,
}

impl Service {
    /// Prepares to ask. Contacts nothing yet. `key` goes along as a bearer token. A process-wide rustls provider must have been
    /// installed.
    ///
    /// # Errors
    /// [`Unprepared`].
    pub fn new(address: ServiceAddress, key: Option<&str>) -> Result<Self, Unprepared> {
        let bearer = key.map(|key| Zeroizing::new(format!("Bearer {key}")));
        Self::prepare(address, bearer.as_deref().map(String::as_str), SILENCE, PATIENCE)
    }

    /// Prepares to ask one that takes whole recordings, and its key as it is.
    ///
    /// # Errors
    /// [`Unprepared`].
    pub fn of_recordings(address: ServiceAddress, key: &str) -> Result<Self, Unprepared> {
        // Nothing comes back before the last byte has gone there: what is silence here is work.
        Self::prepare(address, Some(key), PATIENCE_WITH_RECORDINGS, PATIENCE_WITH_RECORDINGS)
    }

    fn prepare(
        address: ServiceAddress,
        key: Option<&str>,
        silence: Duration,
        patience: Duration,
    ) -> Result<Self, Unprepared> {
        // A redirect could lead what was said, and the key, to anywhere; a proxy of the environment as well.
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(silence)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .build()
            .map_err(|_no_tls| Unprepared::NoTls)?;
        let key = key.map(HeaderValue::from_str).transpose().map_err(|_no_header| Unprepared::NoKey)?;
        let key = key.map(|mut key| {
            key.set_sensitive(true);
            key
        });
        Ok(Self { client, address, key, pause: PAUSE, patience })
    }

    /// With another pause before the second try.
    #[must_use]
    pub fn pausing(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// The host it is at, for people: where what is sent goes to.
    pub fn host(&self) -> &str {
        self.address.host()
    }

    /// How long to wait before asking again after the same thing.
    pub fn pause(&self) -> Duration {
        self.pause
    }

    /// Posts to a path below the address and reads the whole answer. `fill` makes the body anew for every try.
    ///
    /// # Errors
    /// [`ServiceError`], after as many tries as make sense.
    pub async fn post(
        &self,
        path: &str,
        fill: impl Fn(RequestBuilder) -> RequestBuilder + Send,
    ) -> Result<Bytes, ServiceError> {
        self.ask(Method::POST, path, fill).await
    }

    /// Reads what is at a path below the address.
    ///
    /// # Errors
    /// As [`Service::post`].
    pub async fn get(&self, path: &str) -> Result<Bytes, ServiceError> {
        self.ask(Method::GET, path, |request| request.timeout(SILENCE)).await
    }

    /// Has what is at a path below the address deleted.
    ///
    /// # Errors
    /// As [`Service::post`].
    pub async fn delete(&self, path: &str) -> Result<Bytes, ServiceError> {
        self.ask(Method::DELETE, path, |request| request.timeout(SILENCE)).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        fill: impl Fn(RequestBuilder) -> RequestBuilder + Send,
    ) -> Result<Bytes, ServiceError> {
        let until = Instant::now() + self.patience;
        let mut pause = self.pause;
        for attempt in 1.. {
            let tried = tokio::time::timeout_at(until, self.try_once(&method, path, &fill)).await;
            let (error, wanted) = match tried.unwrap_or(Err((ServiceError::NoAnswer, None))) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let pause_now = wanted.unwrap_or(pause);
            let enough = attempt == TRIES || pause_now > LONGEST_PAUSE || Instant::now() + pause_now >= until;
            if enough || !error.may_pass() {
                return Err(error);
            }
            tracing::debug!(%error, attempt, "the service is asked again");
            tokio::time::sleep(pause_now).await;
            pause *= 4;
        }
        unreachable!("the last try returns")
    }

    /// One try, and when to come back where the service says so.
    async fn try_once(
        &self,
        method: &Method,
        path: &str,
        fill: &(impl Fn(RequestBuilder) -> RequestBuilder + Send),
    ) -> Result<Bytes, (ServiceError, Option<Duration>)> {
        let request = self.client.request(method.clone(), self.address.join(path));
        let mut request = request.header(header::ACCEPT, "application/json");
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, key.clone());
        }
        let response = fill(request).send().await.map_err(|_no_answer| (ServiceError::NoAnswer, None))?;
        let status = response.status();
        if !status.is_success() {
            return Err((ServiceError::of_status(status.as_u16()), retry_after(response.headers())));
        }
        body(response).await.map_err(|error| (error, None))
    }
}

async fn body(mut response: Response) -> Result<Bytes, ServiceError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|_broken| ServiceError::NoAnswer)? {
        if body.len() + piece.len() > LONGEST {
            return Err(ServiceError::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.into())
}

/// The seconds of `Retry-After` (RFC 9110 §10.2.3); its other form, a date, is not used by these services.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
