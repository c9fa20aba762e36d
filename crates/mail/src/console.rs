//! For developers: mail appears where the server runs, and goes nowhere.

use crate::{Mail, Mailer, SendError};

/// Prints mail to the standard output. Links in it open accounts, so it is for development only.
#[derive(Debug, Clone, Copy, Default)]
pub struct Console;

#[async_trait::async_trait]
impl Mailer for Console {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let Mail { to, subject, text, .. } = mail;
        println!("--- mail\nTo: {}\nSubject: {subject}\n\n{text}\n---", to.0);
        Ok(())
    }
}
