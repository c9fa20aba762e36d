//! The one client for addresses that somebody of a practice, and not the operator, has named.
//!
//! Whoever may name an address could otherwise make this server ask for what only it can reach: its
//! own ports, the machines beside it, a cloud's metadata (OWASP ASVS 5.0 V4.2, "SSRF"). So:
//!
//! - only `https`, and only what resolves to public addresses ([`is_public`]); the check is of the very
//!   addresses that are connected to, so that a name which changes in between gains nothing;
//! - what the operator listed by host and port is let through, `http` too;
//! - no redirect is followed, no proxy is asked, no answer is longer than 256 KiB or takes more than 10 s, unless whoever asks
//!   reads it piece by piece ([`Outbound::open`]).

mod guard;
mod public;

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, Url, header, redirect};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

pub use guard::{Listed, NotAHost};
pub use public::is_public;

/// From the first byte of the request to the last of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer, in bytes.
const LONGEST: usize = 256 * 1024;

/// Why there is no answer. Names no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address is none, or none that may be reached from here.
    #[error("the address may not be reached from here")]
    Refused,
    /// Nobody answered in time, or not to the end.
    #[error("there is no answer")]
    NoAnswer,
    /// The answer is longer than 256 KiB.
    #[error("the answer is too long")]
    TooLong,
    /// The answer is not what was asked for.
    #[error("the answer has another form")]
    Malformed,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

/// What is sent.
#[derive(Clone, Copy)]
pub enum Sent<'a> {
    /// `GET`.
    Nothing,
    /// `POST`, as a form would.
    Form(&'a [(&'a str, &'a str)]),
    /// `POST` of JSON.
    Json(&'a serde_json::Value),
}

/// By what the sender is known.
#[derive(Clone, Copy)]
pub enum Known<'a> {
    /// By nothing.
    Not,
    /// By a token.
    Bearer(&'a str),
    /// By a name and a password, each encoded as RFC 6749 §2.3.1 wants it.
    Basic(&'a str, &'a str),
}

/// A whole answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    body: Vec<u8>,
}

impl Answer {
    /// Whether it is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, which has to be JSON of this form.
    ///
    /// # Errors
    /// [`OutboundError::Malformed`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, OutboundError> {
        serde_json::from_slice(&self.body).map_err(|_another_form| OutboundError::Malformed)
    }
}

/// An answer that has begun, to be read piece by piece.
pub struct Opened {
    /// The HTTP status.
    pub status: u16,
    response: reqwest::Response,
}

impl Opened {
    /// The next piece; `None`: that was all.
    ///
    /// # Errors
    /// [`OutboundError::NoAnswer`]: it broke off, or took too long.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, OutboundError> {
        self.response.chunk().await.map_err(|_broken| OutboundError::NoAnswer)
    }

    /// All the rest, `longest` bytes at most.
    ///
    /// # Errors
    /// [`OutboundError::NoAnswer`], [`OutboundError::TooLong`].
    pub async fn rest(&mut self, longest: usize) -> Result<Vec<u8>, OutboundError> {
        if self.response.content_length().is_some_and(|length| length > longest as u64) {
            return Err(OutboundError::TooLong);
        }
        let mut rest = Vec::new();
        while let Some(piece) = self.piece().await? {
            if rest.len() + piece.len() > longest {
                return Err(OutboundError::TooLong);
            }
            rest.extend_from_slice(&piece);
        }
        Ok(rest)
    }
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    guarded: Client,
    /// For what the operator has listed.
    open: Client,
    listed: Vec<Listed>,
}

impl Outbound {
    /// A client that also reaches what the operator has `listed`.
    ///
    /// # Errors
    /// [`OutboundError::Tls`].
    pub fn new(listed: Vec<Listed>) -> Result<Self, OutboundError> {
        let builder = || Client::builder().redirect(redirect::Policy::none()).no_proxy().referer(false);
        let built = |client: reqwest::ClientBuilder| client.build().map_err(|_no_tls| OutboundError::Tls);
        let guarded = built(builder().https_only(true).dns_resolver(guard::PublicOnly))?;
        Ok(Self { guarded, open: built(builder())?, listed })
    }

    /// Whether an address could be asked, as far as its text tells.
    pub fn admits(&self, address: &str) -> bool {
        self.client_for(address).is_ok()
    }

    /// Sends and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn send(
        &self,
        address: &str,
        sent: Sent<'_>,
        known: Known<'_>,
    ) -> Result<Answer, OutboundError> {
        let mut opened = self.open(address, sent, known, PATIENCE).await?;
        Ok(Answer { status: opened.status, body: opened.rest(LONGEST).await? })
    }

    /// Sends and waits until an answer begins, whatever its status. All of it has to be there within `patience`.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn open(
        &self,
        address: &str,
        sent: Sent<'_>,
        known: Known<'_>,
        patience: Duration,
    ) -> Result<Opened, OutboundError> {
        let (client, address) = self.client_for(address)?;
        let request = match sent {
            Sent::Nothing => client.get(address),
            Sent::Json(value) => client.post(address).json(value),
            Sent::Form(pairs) => client
                .post(address)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()),
        };
        let request = match known {
            Known::Not => request,
            Known::Bearer(token) => request.bearer_auth(token),
            Known::Basic(name, password) => request.basic_auth(encoded(name), Some(encoded(password))),
        };
        let request = request.header(header::ACCEPT, "application/json").timeout(patience);
        let response = request.send().await.map_err(|_no_answer| OutboundError::NoAnswer)?;
        Ok(Opened { status: response.status().as_u16(), response })
    }

    fn client_for(&self, address: &str) -> Result<(&Client, Url), OutboundError> {
        let address: Url = address.parse().map_err(|_no_address| OutboundError::Refused)?;
        if !address.username().is_empty() || address.password().is_some() || address.fragment().is_some() {
            return Err(OutboundError::Refused);
        }
        if self.listed.iter().any(|listed| listed.names(&address)) {
            return Ok((&self.open, address));
        }
        // A name is checked when it is resolved; a number never is.
        let refused = match address.host() {
            Some(url::Host::Ipv4(number)) => !is_public(number.into()),
            Some(url::Host::Ipv6(number)) => !is_public(number.into()),
            Some(url::Host::Domain(_)) => false,
            None => true,
        };
        if refused || address.scheme() != "https" {
            return Err(OutboundError::Refused);
        }
        Ok((&self.guarded, address))
    }
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outbound")
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
