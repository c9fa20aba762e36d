//! Somebody who talks to the server over HTTP.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{Answer, Answered, totp};

/// What everybody's password is.
pub const PASSWORD: &str = "a quiet sentence that nobody else uses";

/// Somebody with, or yet without, an account.
#[derive(Debug)]
pub struct Person {
    /// Where the server is, e.g. `http://127.0.0.1:3001`.
    pub address: String,
    /// The name they sign in with.
    pub email: String,
    http: Client,
    token: Mutex<Option<String>>,
    recovery_codes: Arc<Mutex<Vec<String>>>,
}

impl Person {
    /// Nobody yet.
    pub fn new(address: &str, email: &str) -> Self {
        // The workspace builds rustls without a default provider; a second call finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A connection kept from before would be dead after the server was killed.
        let http = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_mins(2))
            .build()
            .expect("an HTTP client");
        Self {
            address: address.to_owned(),
            email: email.to_owned(),
            http,
            token: Mutex::default(),
            recovery_codes: Arc::default(),
        }
    }

    /// The same person on another device, not yet signed in there.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        self.at(&self.address)
    }

    /// The same person at another server, which came from a backup of theirs, not yet signed in there.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        Self { recovery_codes: self.recovery_codes.clone(), ..Self::new(address, &self.email) }
    }

    /// Registers a practice of this person's own; signed in afterwards.
    pub async fn register(&self, practice: &str, name: &str) -> Answer {
        let body = json!({ "practice_name": practice, "name": name, "email": self.email,
            "password": PASSWORD, "jurisdiction": "US-CA" });
        let answer = self.post("/auth/register", &body).await;
        self.remember(&answer);
        answer
    }

    /// Sets a second factor up, at this moment on the server's clock; its secret.
    pub async fn enrol(&self, now: DateTime<Utc>) -> String {
        let begun = self.post("/me/second-factors/totp", &json!({ "password": PASSWORD })).await.ok();
        let secret = begun["secret"].as_str().expect("a secret").to_owned();
        let code = json!({ "code": totp(&secret, now, 0) });
        let confirmed = self.post("/me/second-factors/totp/confirm", &code).await;
        confirmed.ok();
        self.keep_codes(&confirmed);
        secret
    }

    /// Keeps the recovery codes of an answer, if it has any.
    pub fn keep_codes(&self, answer: &Answer) {
        if let Some(codes) = answer.json()["codes"].as_array() {
            let codes: Vec<_> = codes.iter().map(|code| code.as_str().expect("a code").to_owned()).collect();
            // None are given where there are some already.
            if !codes.is_empty() {
                *self.recovery_codes.lock().unwrap_or_else(PoisonError::into_inner) = codes;
            }
        }
    }

    /// One of the recovery codes, which is used up then.
    pub fn recovery_code(&self) -> String {
        let code = self.recovery_codes.lock().unwrap_or_else(PoisonError::into_inner).pop();
        code.expect("an unused recovery code")
    }

    /// Signs in, by a recovery code where a second factor is asked for.
    pub async fn sign_in(&self) -> Answer {
        let mut answer =
            self.post("/auth/login", &json!({ "email": self.email, "password": PASSWORD })).await;
        if let Some(token) = answer.json()["mfa_token"].as_str() {
            let shown =
                json!({ "mfa_token": token, "method": "recovery_code", "code": self.recovery_code() });
            answer = self.post("/auth/mfa", &shown).await;
        }
        self.remember(&answer);
        answer
    }

    /// Joins by an invitation; signed in afterwards.
    pub async fn accept(&self, token: &str, name: &str) -> Answer {
        let body = json!({ "token": token, "name": name, "password": PASSWORD });
        let answer = self.post("/auth/invitations/accept", &body).await;
        self.remember(&answer);
        answer
    }

    /// Goes on with a refresh cookie.
    pub async fn refresh(&self, cookie: &str) -> Answer {
        let request = self.call(Method::POST, "/auth/refresh").header("cookie", format!("refresh={cookie}"));
        let answer = request.answer().await;
        self.remember(&answer);
        answer
    }

    fn remember(&self, answer: &Answer) {
        if let Some(token) = answer.json()["access_token"].as_str() {
            self.hold(token);
        }
    }

    /// Uses another access token from now on.
    pub fn hold(&self, token: &str) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.to_owned());
    }

    /// The access token in use.
    pub fn token(&self) -> String {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    /// Begins a request below `/api/v1`, with the access token if there is one.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.call_at(method, &format!("/api/v1{path}"))
    }

    /// Begins a request at a whole path.
    pub fn call_at(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.address));
        match self.token() {
            token if token.is_empty() => request,
            token => request.bearer_auth(token),
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).answer().await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path).json(body).answer().await
    }

    /// `POST` without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.call(Method::POST, path).answer().await
    }

    /// `PATCH` of JSON, with `If-Match` where one is given.
    pub async fn patch(&self, path: &str, if_match: Option<&str>, body: &Value) -> Answer {
        let request = self.call(Method::PATCH, path).json(body);
        if_match.into_iter().fold(request, |request, tag| request.header("if-match", tag)).answer().await
    }

    /// `PUT` of JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path).json(body).answer().await
    }

    /// `POST` of bytes as they are.
    pub async fn send(&self, path: &str, media_type: &str, bytes: Vec<u8>) -> Answer {
        self.call(Method::POST, path).header("content-type", media_type).body(bytes).answer().await
    }
}
