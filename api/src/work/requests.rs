//! The clocks of what clients have asked for.

use access::{AccessError, Actor};
use clinical::{amendments, record_requests};

use crate::App;

/// Reminds whoever answers for the privacy of the actor's practice of what is due soon, or overdue.
///
/// # Errors
/// The database or the keys fail.
pub async fn remind(app: &App, actor: Actor) -> Result<(), AccessError> {
    let mut tx = app.database.begin(actor).await?;
    let base_url = app.config.server.base_url.trim_end_matches('/');
    let reminded = async {
        let to = identity::addresses_for_privacy(&tx).await?;
        let told = record_requests::remind(&mut tx, &to, base_url).await?;
        Ok::<_, AccessError>(told + amendments::remind(&mut tx, &to, base_url).await?)
    };
    match reminded.await {
        Ok(0) => tx.end().await,
        Ok(_) => tx.commit().await,
        Err(error) => {
            tx.end().await?;
            Err(error)
        }
    }
}
