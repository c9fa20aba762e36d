//! Sends what waits in the outbox of mail.

use std::time::Duration;

use access::{AccessError, Actor, load_mail, settle_mail};
use jobs::{Attempt, Outcome};
use mail::{Address, Mail, SendError};
use shared::{MailId, people::MailState};

use crate::App;

/// Sends one mail. Run twice, it is sent twice at worst, with one `Message-ID`.
pub async fn send(app: &App, id: MailId, attempt: Attempt) -> Outcome {
    match try_to_send(app, id, attempt).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "the outbox of mail failed");
            Outcome::Retry { after: Duration::ZERO, reason_code: "database" }
        }
    }
}

async fn try_to_send(app: &App, id: MailId, attempt: Attempt) -> Result<Outcome, AccessError> {
    let Some(practice) = app.database.practice_of_mail(id).await? else {
        return Ok(Outcome::Fail { reason_code: "not_found" });
    };
    let actor = Actor::system("system:mail", practice, id.to_string());
    let tx = app.database.begin_reading(actor.clone()).await?;
    let waiting = load_mail(&tx, id).await?;
    tx.end().await?;
    // Sent before, or taken back.
    let Some(waiting) = waiting else { return Ok(Outcome::Done) };
    let sent = match Address::parse(waiting.to.reveal()) {
        Ok(to) => {
            let (subject, text) = (waiting.subject.into_inner(), waiting.text.into_inner());
            app.mailer.send(&Mail { id: id.0, to, subject, text }).await
        }
        Err(_) => Err(SendError::Refused { reason: "refused" }),
    };
    let (state, outcome) = match sent {
        Ok(()) => (MailState::Sent, Outcome::Done),
        Err(SendError::Later { reason, after }) if !attempt.is_last() => {
            return Ok(Outcome::Retry { after, reason_code: reason });
        }
        Err(SendError::Later { reason, .. } | SendError::Refused { reason }) => {
            (MailState::Failed, Outcome::Fail { reason_code: reason })
        }
    };
    let mut tx = app.database.begin(actor).await?;
    settle_mail(&mut tx, id, state).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Says of a mail that the queue has given up, because its process died each time, that it was not sent.
pub async fn give_up(app: &App, id: MailId) -> Result<(), AccessError> {
    let Some(practice) = app.database.practice_of_mail(id).await? else { return Ok(()) };
    let mut tx = app.database.begin(Actor::system("system:mail", practice, id.to_string())).await?;
    if load_mail(&tx, id).await?.is_none() {
        return tx.end().await;
    }
    settle_mail(&mut tx, id, MailState::Failed).await?;
    tx.commit().await
}
