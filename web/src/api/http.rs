//! One request and its answer, over the browser's `fetch`.

use std::cell::Cell;

use serde::{Serialize, de::DeserializeOwned};
use shared::errors::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCredentials, RequestInit, Response};

use super::{BASE, Failure, browser, json};

/// A request that can be sent again as it is.
#[derive(Debug, Clone)]
pub struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: JsValue,
    cancel: Option<AbortSignal>,
}

impl Call {
    /// A request for `path`: below the API's base, or whole if it begins with that base.
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        let path = path.into();
        let path = if path.starts_with(BASE) { path } else { format!("{BASE}{path}") };
        Self { method, path, headers: Vec::new(), body: JsValue::UNDEFINED, cancel: None }
    }

    /// Reads.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// Creates or does something; sending it twice does it once.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path).header("Idempotency-Key", browser::random_key())
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Only if the server still has this revision.
    #[must_use]
    pub fn if_match(self, revision: i32) -> Self {
        self.header("If-Match", format!("\"{revision}\""))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json<T: Serialize>(self, body: &T) -> Self {
        // Our requests are plain structs: they always serialise.
        let text = serde_json::to_string(body).unwrap_or_default();
        self.text(&text)
    }

    /// With JSON that is text already.
    #[must_use]
    pub fn text(self, json: &str) -> Self {
        Self { body: json.into(), ..self.header("Content-Type", "application/json") }
    }

    /// With bytes as they are.
    #[must_use]
    pub fn bytes(self, kind: &str, body: &web_sys::Blob) -> Self {
        Self { body: body.clone().into(), ..self.header("Content-Type", kind) }
    }

    /// Given up when `signal` says so.
    #[must_use]
    pub fn until(self, signal: Option<AbortSignal>) -> Self {
        Self { cancel: signal.or(self.cancel), ..self }
    }

    /// Sends it.
    ///
    /// # Errors
    /// Whatever is not a 2xx.
    pub async fn send(&self, bearer: Option<&str>) -> Result<Answer, Failure> {
        let _waiting = Waiting::begin();
        let response: Response = JsFuture::from(self.fetch(bearer).map_err(|_js| Failure::Unreachable)?)
            .await
            .map_err(|error| if is_abort(&error) { Failure::Left } else { Failure::Unreachable })?
            .unchecked_into();
        let answer = Answer { response };
        if answer.response.ok() { Ok(answer) } else { Err(answer.failure().await) }
    }

    fn fetch(&self, bearer: Option<&str>) -> Result<js_sys::Promise, JsValue> {
        let headers = Headers::new()?;
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        if let Some(token) = bearer {
            headers.set("Authorization", &format!("Bearer {token}"))?;
        }
        let init = RequestInit::new();
        init.set_method(self.method);
        init.set_headers(&headers);
        init.set_credentials(RequestCredentials::SameOrigin);
        if !self.body.is_undefined() {
            init.set_body(&self.body);
        }
        init.set_signal(self.cancel.as_ref());
        Ok(browser::window().fetch_with_str_and_init(&self.path, &init))
    }
}

/// An answer that says yes.
#[derive(Debug)]
pub struct Answer {
    response: Response,
}

impl Answer {
    /// Its body.
    ///
    /// # Errors
    /// When it is cut off, or not what it should be.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let status = self.response.status();
        let text = Box::pin(self.text()).await?;
        json::from_text(&text).map_err(|_unreadable| Failure::Unexpected(status))
    }

    /// One of its headers.
    pub fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name).ok().flatten()
    }

    /// Its body, as it arrives.
    pub fn stream(&self) -> Option<web_sys::ReadableStream> {
        self.response.body()
    }

    /// Its body as text.
    ///
    /// # Errors
    /// When it is cut off.
    pub async fn text(&self) -> Result<String, Failure> {
        let promise = self.response.text().map_err(|_js| Failure::Unreachable)?;
        let text = JsFuture::from(promise)
            .await
            .map_err(|error| if is_abort(&error) { Failure::Left } else { Failure::Unreachable })?;
        Ok(text.as_string().unwrap_or_default())
    }

    /// Its body as a file.
    ///
    /// # Errors
    /// When it is cut off.
    pub async fn file(self) -> Result<web_sys::Blob, Failure> {
        let promise = self.response.blob().map_err(|_js| Failure::Unreachable)?;
        let file = JsFuture::from(promise).await.map_err(|_js| Failure::Unreachable)?;
        Ok(file.unchecked_into())
    }

    async fn failure(self) -> Failure {
        let status = self.response.status();
        match self.text().await {
            Ok(text) => json::from_text::<Problem>(&text)
                .map_or(Failure::Unexpected(status), |problem| Failure::Refused(Box::new(problem))),
            Err(failure) => failure,
        }
    }
}

fn is_abort(error: &JsValue) -> bool {
    browser::property(error, "name").and_then(|name| name.as_string()).as_deref() == Some("AbortError")
}

thread_local! {
    static SINCE: Cell<(u32, f64)> = const { Cell::new((0, 0.0)) };
}

/// Counts requests without an answer, so that the app can say that the line is slow.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        let (count, since) = SINCE.get();
        SINCE.set((count + 1, if count == 0 { browser::now_ms() } else { since }));
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let (count, _) = SINCE.get();
        SINCE.set((count.saturating_sub(1), browser::now_ms()));
    }
}

/// For how long some request has been without any answer, in milliseconds.
pub fn waiting_ms() -> f64 {
    match SINCE.get() {
        (0, _) => 0.0,
        (_, since) => browser::now_ms() - since,
    }
}
