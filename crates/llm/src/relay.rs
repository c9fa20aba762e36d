//! A model elsewhere that a practice's own programs ask over OpenAI's `chat/completions`: what is asked goes on as it is, and the
//! answer comes back as it is, whole or event by event (<https://platform.openai.com/docs/api-reference/chat>).

use std::time::Duration;

use bytes::Bytes;
use outbound::{Known, Opened, Outbound, OutboundError, Sent};
use remote::ServiceError;
use serde_json::{Value, json};

use crate::draft::Tokens;

/// From the question to the end of the answer.
const PATIENCE: Duration = Duration::from_mins(10);
/// The longest answer, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// The longest event of an answer.
const LONGEST_EVENT: usize = 1024 * 1024;

/// Asks models at addresses that a practice has named.
#[derive(Debug, Clone)]
pub struct ChatRelay {
    outbound: Outbound,
}

/// Which model is asked.
pub struct ChatModel<'a> {
    /// Below which address its `chat/completions` is.
    pub address: &'a str,
    /// As what it is known there.
    pub model: &'a str,
    /// By what whoever asks is known there.
    pub key: Option<&'a str>,
}

/// A whole answer.
#[derive(Debug)]
pub struct ChatAnswer {
    /// As it came.
    pub body: Value,
    /// What it used, where it says so.
    pub tokens: Option<Tokens>,
}

impl ChatRelay {
    /// By way of this client.
    pub fn new(outbound: Outbound) -> Self {
        Self { outbound }
    }

    /// Whether an address could be asked, as far as its text tells.
    pub fn admits(&self, address: &str) -> bool {
        self.outbound.admits(&place(address))
    }

    /// Asks for a whole answer. It is asked once: whoever asks knows best whether to ask again.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn ask(&self, model: &ChatModel<'_>, mut question: Value) -> Result<ChatAnswer, ServiceError> {
        question["stream"] = Value::Bool(false);
        let mut opened = self.open(model, question).await?;
        let body = opened.rest(LONGEST).await.map_err(failed)?;
        let body: Value = serde_json::from_slice(&body).map_err(|_no_json| ServiceError::Malformed)?;
        if !body.get("choices").is_some_and(Value::is_array) {
            return Err(ServiceError::Malformed);
        }
        Ok(ChatAnswer { tokens: tokens(&body), body })
    }

    /// Asks for an answer event by event. What it uses is asked for in any case, and passed on where the question asks for it.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn stream(
        &self,
        model: &ChatModel<'_>,
        mut question: Value,
    ) -> Result<ChatStream, ServiceError> {
        question["stream"] = Value::Bool(true);
        let pass_usage_on = question["stream_options"]["include_usage"] == true;
        question["stream_options"] = json!({ "include_usage": true });
        let opened = self.open(model, question).await?;
        Ok(ChatStream { opened, read: Vec::new(), tokens: None, pass_usage_on, finished: false })
    }

    async fn open(&self, model: &ChatModel<'_>, mut question: Value) -> Result<Opened, ServiceError> {
        question["model"] = Value::from(model.model);
        let known = model.key.map_or(Known::Not, Known::Bearer);
        let address = place(model.address);
        let opened =
            self.outbound.open(&address, Sent::Json(&question), known, PATIENCE).await.map_err(failed)?;
        if (200..300).contains(&opened.status) {
            Ok(opened)
        } else {
            Err(ServiceError::of_status(opened.status))
        }
    }
}

fn place(address: &str) -> String {
    format!("{}/chat/completions", address.trim_end_matches('/'))
}

fn failed(error: OutboundError) -> ServiceError {
    match error {
        OutboundError::Refused | OutboundError::NoAnswer | OutboundError::Tls => ServiceError::NoAnswer,
        OutboundError::TooLong => ServiceError::TooLong,
        OutboundError::Malformed => ServiceError::Malformed,
    }
}

fn tokens(body: &Value) -> Option<Tokens> {
    let usage = body.get("usage")?;
    let (read, written) = (usage.get("prompt_tokens")?.as_u64()?, usage.get("completion_tokens")?.as_u64()?);
    Some(Tokens { read, written })
}

/// An answer as server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>).
pub struct ChatStream {
    opened: Opened,
    read: Vec<u8>,
    tokens: Option<Tokens>,
    pass_usage_on: bool,
    finished: bool,
}

impl ChatStream {
    /// The next event, with the empty line that ends it; `None`: the answer is whole.
    ///
    /// # Errors
    /// [`ServiceError`]: it broke off, or is none.
    pub async fn event(&mut self) -> Result<Option<Bytes>, ServiceError> {
        loop {
            while let Some(end) = end_of_event(&self.read) {
                let event: Vec<u8> = self.read.drain(..end).collect();
                if self.is_passed_on(&event)? {
                    return Ok(Some(event.into()));
                }
            }
            if self.read.len() > LONGEST_EVENT {
                return Err(ServiceError::TooLong);
            }
            match self.opened.piece().await.map_err(failed)? {
                Some(piece) => self.read.extend_from_slice(&piece),
                None if self.finished => return Ok(None),
                // Whoever asked would take half an answer for a whole one.
                None => return Err(ServiceError::NoAnswer),
            }
        }
    }

    /// What the whole answer used, where the service has said so.
    pub fn tokens(&self) -> Option<Tokens> {
        self.tokens
    }

    fn is_passed_on(&mut self, event: &[u8]) -> Result<bool, ServiceError> {
        let text = std::str::from_utf8(event).map_err(|_no_text| ServiceError::Malformed)?;
        let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
        let data = data.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
        match data.as_str() {
            // A comment, as some services send to keep a connection open.
            "" => return Ok(true),
            "[DONE]" => {
                self.finished = true;
                return Ok(true);
            }
            _ => {}
        }
        let chunk: Value = serde_json::from_str(&data).map_err(|_no_json| ServiceError::Malformed)?;
        let Some(used) = tokens(&chunk) else { return Ok(true) };
        self.tokens = Some(used);
        let says_more = chunk["choices"].as_array().is_some_and(|choices| !choices.is_empty());
        Ok(self.pass_usage_on || says_more)
    }
}

/// Where the first event ends, behind its empty line.
fn end_of_event(read: &[u8]) -> Option<usize> {
    let ended =
        |mark: &[u8]| read.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len());
    [ended(b"\n\n"), ended(b"\r\n\r\n")].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_ends_with_its_empty_line() {
        assert_eq!(end_of_event(b"data: {}\n\ndata: 2"), Some(10));
        assert_eq!(end_of_event(b"data: {}\r\n\r\n"), Some(12));
        assert_eq!(end_of_event(b"data: {}\n"), None);
        assert_eq!(end_of_event(b""), None);
    }

    #[test]
    fn an_address_is_joined_whether_it_ends_with_a_slash_or_not() {
        for address in ["https://a.example/v1", "https://a.example/v1/"] {
            assert_eq!(place(address), "https://a.example/v1/chat/completions");
        }
    }
}
