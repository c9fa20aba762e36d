//! SendGrid's v3 API: <https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send>.

use std::time::Duration;

use reqwest::{Client, StatusCode, header};
use serde_json::json;

use crate::{Mail, Mailer, SendError, Sender};

/// Where it is; accounts of the European Union have `https://api.eu.sendgrid.com`.
pub const SENDGRID: &str = "https://api.sendgrid.com";
/// An answer that takes longer does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest wait that an answer is believed: an hour.
const LONGEST_WAIT: u64 = 3600;

/// An account with SendGrid.
pub struct SendGrid {
    client: Client,
    address: String,
    key: String,
    from: Sender,
}

impl SendGrid {
    /// An account, by its key.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(address: &str, key: &str, from: Sender) -> Result<Self, reqwest::Error> {
        let client =
            Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()?;
        let address = format!("{}/v3/mail/send", address.trim_end_matches('/'));
        Ok(Self { client, address, key: key.to_owned(), from })
    }
}

impl std::fmt::Debug for SendGrid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SendGrid")
    }
}

#[async_trait::async_trait]
impl Mailer for SendGrid {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let sender = &self.from.0;
        let mut from = json!({ "email": sender.email.to_string() });
        if let Some(name) = &sender.name {
            from["name"] = json!(name);
        }
        let body = json!({
            "personalizations": [{ "to": [{ "email": mail.to.0.to_string() }] }],
            "from": from,
            "subject": mail.subject,
            "content": [{ "type": "text/plain", "value": mail.text }],
            "headers": { "Message-ID": format!("<{}@{}>", mail.id, sender.email.domain()) },
            // A counted link would lead through SendGrid, which would then hold what opens an account.
            "tracking_settings": {
                "click_tracking": { "enable": false, "enable_text": false },
                "open_tracking": { "enable": false },
            },
        });
        let request = self.client.post(&self.address).bearer_auth(&self.key).json(&body);
        let answer = request.send().await.map_err(|_no_answer| SendError::later("unreachable"))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::TOO_MANY_REQUESTS => {
                let asked = answer.headers().get(header::RETRY_AFTER);
                let seconds = asked.and_then(|value| value.to_str().ok()?.trim().parse().ok()).unwrap_or(0);
                Err(SendError::Later {
                    reason: "busy",
                    after: Duration::from_secs(LONGEST_WAIT.min(seconds)),
                })
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(SendError::later("credentials")),
            status if status.is_client_error() => Err(SendError::Refused { reason: "refused" }),
            _ => Err(SendError::later("failed")),
        }
    }
}
