//! The API as a program outside sees it: JSON over HTTP on the loopback interface.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::time::Duration;
use ureq::{Agent, Body, http::Response};

/// A signed-in client of the API, once [`Client::register`] has been called.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    token: String,
}

impl Client {
    /// `address` has no slash at its end.
    pub fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build();
        Self { agent: config.into(), base: format!("{address}/api/v1"), token: String::new() }
    }

    /// Creates a practice and signs in as its owner.
    pub fn register(&mut self, owner: &Value) -> Result<()> {
        let signed_in = self.post("/auth/register", owner)?;
        let token = signed_in["access_token"].as_str().context("the answer has no access token")?;
        token.clone_into(&mut self.token);
        Ok(())
    }

    pub fn get(&self, path: &str) -> Result<Value> {
        let request = self.agent.get(format!("{}{path}", self.base)).header("Authorization", self.bearer());
        answer(path, request.call()?)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base)).header("Authorization", self.bearer());
        answer(path, request.send_json(body)?)
    }

    /// Sends `bytes` as they are.
    pub fn upload(&self, path: &str, media_type: &str, bytes: &[u8]) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base)).header("Authorization", self.bearer());
        answer(path, request.content_type(media_type).send(bytes)?)
    }

    /// The value of `Authorization`.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// The JSON of an answer; a refusal becomes an error with its code and its safe message.
fn answer(path: &str, mut response: Response<Body>) -> Result<Value> {
    let status = response.status();
    let text = response.body_mut().with_config().limit(64 << 20).read_to_string()?;
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    if !status.is_success() {
        let code = value["code"].as_str().unwrap_or("no code");
        let detail = value["detail"].as_str().or(value["title"].as_str()).unwrap_or("");
        bail!("{path} was refused: {status} {code} {detail} {}", value["errors"]);
    }
    Ok(value)
}
