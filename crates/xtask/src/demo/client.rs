//! The API as a program outside sees it: JSON over HTTP on the loopback interface.

use super::{text, totp::totp};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
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

    /// Creates a practice, signs in as its owner and sets up the second factor, without which owners do
    /// nothing; the recovery codes, of which each signs in once more.
    pub fn register(&mut self, owner: &Value) -> Result<Vec<String>> {
        self.token = text(&self.post("/auth/register", owner)?, "access_token")?;
        let begun = self.post("/me/second-factors/totp", &json!({ "password": owner["password"] }))?;
        #[expect(clippy::disallowed_methods, reason = "what an authenticator app goes by")]
        let now = chrono::Utc::now();
        let code = json!({ "code": totp(&text(&begun, "secret")?, now, 0) });
        let confirmed = self.post("/me/second-factors/totp/confirm", &code)?;
        let codes = confirmed["codes"].as_array().context("the answer has no recovery codes")?;
        Ok(codes.iter().filter_map(|code| code.as_str().map(str::to_owned)).collect())
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

    /// What the server counts and measures, in Prometheus' text form.
    pub fn metrics(&self) -> Result<String> {
        let address = self.base.trim_end_matches("/api/v1");
        Ok(self.agent.get(format!("{address}/metrics")).call()?.body_mut().read_to_string()?)
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
