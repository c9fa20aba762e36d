//! One way through a request that touches data: begin, do, keep; or refuse and record the refusal.

use access::{Actor, Tx};
use audit::Event;

use crate::{App, Refusal};

impl App {
    /// Runs `work` in a transaction of the actor's practice and commits it. A refusal changes
    /// nothing, and `attempt` is recorded as refused, with its code, in a transaction of its own.
    ///
    /// # Errors
    /// What `work` refused, or what failed.
    pub async fn act<T, E>(
        &self,
        actor: Actor,
        attempt: Event,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, Refusal>
    where
        Refusal: From<E>,
    {
        let mut tx = self.database.begin(actor.clone()).await?;
        match work(&mut tx).await {
            Ok(done) => {
                self.sign_in_uses.note(&mut tx).await?;
                tx.commit().await?;
                Ok(done)
            }
            Err(error) => {
                tx.end().await?;
                let refusal = Refusal::from(error);
                if let Some(code) = refusal.code() {
                    self.record(actor, attempt.refused(code)).await?;
                }
                Err(refusal)
            }
        }
    }

    /// The result of something that keeps its own transactions; a refusal is recorded as `attempt`.
    ///
    /// # Errors
    /// What was refused, or what failed.
    pub async fn or_record<T, E>(
        &self,
        actor: Actor,
        attempt: Event,
        result: Result<T, E>,
    ) -> Result<T, Refusal>
    where
        Refusal: From<E>,
    {
        match result.map_err(Refusal::from) {
            Ok(done) => Ok(done),
            Err(refusal) => {
                if let Some(code) = refusal.code() {
                    self.record(actor, attempt.refused(code)).await?;
                }
                Err(refusal)
            }
        }
    }

    /// Records one event by itself.
    ///
    /// # Errors
    /// The database fails.
    pub async fn record(&self, actor: Actor, event: Event) -> Result<(), Refusal> {
        let mut tx = self.database.begin(actor).await?;
        tx.record(event);
        Ok(tx.commit().await?)
    }
}
