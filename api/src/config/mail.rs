//! How mail leaves.

use mail::{SENDGRID, Sender, Smtp};

use super::{Environment, Secret};

/// How mail leaves.
#[derive(Debug, Clone)]
pub enum MailConfig {
    /// Not at all: it appears on the standard output. For development.
    Console,
    /// Through a mail server.
    Smtp {
        /// Its address; holds a password.
        url: Secret,
        /// Whom mail comes from.
        from: Sender,
    },
    /// Through SendGrid.
    SendGrid {
        /// Where it is.
        address: String,
        /// The account's key.
        key: Secret,
        /// Whom mail comes from.
        from: Sender,
    },
}

impl MailConfig {
    pub(super) fn read(environment: &mut Environment<'_>, production: bool) -> Self {
        let from = environment.find("FROM_EMAIL").map(|text| Sender::parse(&text));
        if matches!(from, Some(Err(_))) {
            environment.refuse("FROM_EMAIL is no e-mail address".to_owned());
        }
        match (environment.secret("SENDGRID_API_KEY"), environment.secret("SMTP_URL"), from) {
            (Some(_), Some(_), _) => {
                environment.refuse("SENDGRID_API_KEY and SMTP_URL: set one of them".to_owned());
            }
            (None, None, _) if production => {
                environment.refuse("SENDGRID_API_KEY or SMTP_URL must be set in production".to_owned());
            }
            (Some(key), None, Some(Ok(from))) => {
                let address = environment.find("SENDGRID_URL").unwrap_or_else(|| SENDGRID.to_owned());
                return Self::SendGrid { address, key, from };
            }
            (None, Some(url), Some(Ok(from))) => match Smtp::new(url.reveal(), from.clone()) {
                Ok(_) => return Self::Smtp { url, from },
                Err(refused) => environment.refuse(format!("SMTP_URL {refused}")),
            },
            (Some(_), None, None) | (None, Some(_), None) => {
                environment.refuse("FROM_EMAIL must be set where mail is sent".to_owned());
            }
            (_, _, Some(Err(_))) | (None, None, _) => {}
        }
        Self::Console
    }
}
