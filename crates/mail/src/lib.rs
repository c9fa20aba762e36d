//! Sending mail: over SMTP, through SendGrid, or to the console of a developer.
//!
//! A mail is words that the product wrote and nothing about a client. [`Mailer::send`] tries once;
//! the outbox (`access`) keeps a mail until it was taken, and the queue tries again. A mail whose
//! taking was not heard of is sent again, with the same `Message-ID`.

mod address;
mod console;
mod sendgrid;
mod smtp;

use std::time::Duration;

pub use address::{Address, NotAnAddress, Sender};
pub use console::Console;
pub use sendgrid::{SENDGRID, SendGrid};
pub use smtp::{Smtp, SmtpUrlRefused};
use uuid::Uuid;

/// A mail in plain text.
#[derive(Clone)]
pub struct Mail {
    /// Becomes its `Message-ID`: a mail that is sent twice can be told to be one.
    pub id: Uuid,
    /// To whom.
    pub to: Address,
    /// What stands in the list.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whoever takes mail: the outside world.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Tries once to hand a mail over.
    ///
    /// # Errors
    /// [`SendError`], which names neither address nor text.
    async fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

/// Why a mail was not taken. `reason` is a word for logs and for people who look at the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may be when it is tried again.
    #[error("the mail was not taken yet: {reason}")]
    Later {
        /// `unreachable`, `busy`, `failed`, `credentials`.
        reason: &'static str,
        /// The shortest wait that was asked for.
        after: Duration,
    },
    /// It never will be: the address is not taken, or the mail itself.
    #[error("the mail was refused: {reason}")]
    Refused {
        /// `refused`.
        reason: &'static str,
    },
}

impl SendError {
    fn later(reason: &'static str) -> Self {
        Self::Later { reason, after: Duration::ZERO }
    }
}
