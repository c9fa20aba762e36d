//! What the server answered, and what a test may expect of it.

use bytes::Bytes;
use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::Value;

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Sends a request and reads the whole answer.
pub trait Answered {
    /// Sends it.
    fn answer(self) -> impl Future<Output = Answer>;
}

impl Answered for RequestBuilder {
    async fn answer(self) -> Answer {
        let response = self.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        // A stream of events does not end; that it begins is the answer.
        let endless = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { Bytes::new() } else { response.bytes().await.expect("a whole body") };
        Answer { status, headers, body }
    }
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The stable code of a refusal; empty when it is none.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.expect(200)
    }

    /// The JSON of a 201.
    #[track_caller]
    pub fn created(&self) -> Value {
        self.expect(201)
    }

    /// The answer is a refusal with this status and code, in the form of RFC 9457.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{}", self.text());
        assert_eq!(problem["status"], status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["request_id"].as_str(), Some(self.header("x-request-id")));
        problem
    }

    /// The `ETag`.
    #[track_caller]
    pub fn etag(&self) -> String {
        let tag = self.header("etag").to_owned();
        assert!(!tag.is_empty(), "the answer has no ETag");
        tag
    }

    /// The value of a cookie that the answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all("set-cookie").iter().find_map(|line| {
            let (given, rest) = line.to_str().ok()?.split_once('=')?;
            (given == name).then(|| rest.split(';').next().unwrap_or_default().to_owned())
        })
    }
}
