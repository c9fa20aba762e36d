//! SMTP (RFC 5321), with TLS everywhere but on one's own computer.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::header::ContentType,
    transport::smtp::{self, response::Code},
};

use crate::{Mail, Mailer, SendError, Sender};

/// A conversation that takes longer is over.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
}

/// The address of the mail server cannot be used. It holds a password, so nothing of it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be smtps://user:password@host or smtp://user:password@host:587")]
pub struct SmtpUrlRefused;

impl Smtp {
    /// `smtps://` speaks TLS from the beginning (RFC 8314 §3), `smtp://` turns to it (STARTTLS) before
    /// anything is said; only a server on this computer may do without.
    ///
    /// # Errors
    /// The address cannot be read, or asks for mail in the clear.
    pub fn new(url: &str, from: Sender) -> Result<Self, SmtpUrlRefused> {
        let url = with_tls(url.trim())?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            .map_err(|_not_read| SmtpUrlRefused)?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { transport, from })
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smtp")
    }
}

/// The address with `tls=required` where it would be left to chance.
fn with_tls(url: &str) -> Result<String, SmtpUrlRefused> {
    let (scheme, rest) = url.split_once("://").ok_or(SmtpUrlRefused)?;
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
    });
    match scheme {
        "smtps" => Ok(url.to_owned()),
        "smtp" if here || url.ends_with("?tls=required") => Ok(url.to_owned()),
        "smtp" if !url.contains('?') => Ok(format!("{url}?tls=required")),
        _ => Err(SmtpUrlRefused),
    }
}

#[async_trait::async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let domain = self.from.0.email.domain();
        let message = Message::builder()
            .from(self.from.0.clone())
            .to(mail.to.0.clone().into())
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_unfit| SendError::Refused { reason: "refused" })?;
        self.transport.send(message).await.map(drop).map_err(refused)
    }
}

/// What the server said, without its words, which repeat the address.
fn refused(error: smtp::Error) -> SendError {
    match error.status() {
        Some(code) if is_of_credentials(code) => SendError::later("credentials"),
        Some(_) if error.is_permanent() => SendError::Refused { reason: "refused" },
        Some(_) => SendError::later("busy"),
        None => SendError::later("unreachable"),
    }
}

/// RFC 4954 §6: mended by whoever runs the server, not by giving up the mail.
fn is_of_credentials(code: Code) -> bool {
    matches!(code.to_string().as_str(), "530" | "534" | "535" | "538")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_travels_in_the_clear_only_on_this_computer() {
        assert_eq!(with_tls("smtp://127.0.0.1:2525").as_deref(), Ok("smtp://127.0.0.1:2525"));
        assert_eq!(
            with_tls("smtp://u:p@mail.example:587").as_deref(),
            Ok("smtp://u:p@mail.example:587?tls=required")
        );
        assert_eq!(with_tls("smtps://u:p@mail.example").as_deref(), Ok("smtps://u:p@mail.example"));
        let clear = ["smtp://u:p@mail.example?tls=opportunistic", "http://mail.example", "mail.example"];
        for url in clear {
            assert!(with_tls(url).is_err(), "{url}");
        }
        // A host that only begins like this computer is another one.
        let other = with_tls("smtp://127.0.0.1.evil.example").expect("read");
        assert!(other.ends_with("?tls=required"), "{other}");
    }
}
