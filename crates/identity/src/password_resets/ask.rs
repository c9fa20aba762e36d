//! Sending the link.

use access::{AccessError, NewMail, Tx};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{Phi, UserId};

use super::store;
use crate::store as accounts;

/// How long a link opens.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// Makes a link for somebody and puts the mail with it into the outbox. `base_url` is where browsers reach
/// the app.
///
/// # Errors
/// The database fails.
pub async fn ask_reset(tx: &mut Tx, user_id: UserId, base_url: &str) -> Result<(), AccessError> {
    let Some(user) = accounts::find_user(tx, user_id).await? else { return Ok(()) };
    let to = accounts::user_view(&tx.database().server_key(), &user)?.email;
    let token = crypto::random_token();
    store::insert(tx, crypto::token_hash(&token), user_id, tx.now() + LIFETIME).await?;
    let text = format!(
        "Hello,\n\nsomebody, hopefully you, wants to choose a new password for your MindScribe account.\n\n\
         Open this link to do so. It works once, for 30 minutes:\n\n{base_url}/new-password#{token}\n\n\
         If it was not you, you need not do anything: your password stays as it is.\n"
    );
    let subject = Phi::from("A new password for MindScribe");
    tx.post(&NewMail { to, subject, text: text.into() }).await?;
    tx.record(Event::of(Action::PasswordResetAsked, user_id));
    Ok(())
}
