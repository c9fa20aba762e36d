//! What becomes of an open job that the queue has given up: nobody would ever work on it again.
//!
//! The queue and the jobs are two stores, so it is found out in three steps: [`Unattended::find`], then
//! the caller asks the queue whether the job is dead *now*, then [`Unattended::give_up`] or
//! [`Unattended::hand_over_again`], which do nothing if the job has changed since the first step.

use access::{AccessError, Actor, Tx};
use audit::{Action, Event};
use chrono::{DateTime, Utc};
use governance::ledger;
use shared::{JobId, PracticeId, audit::Purpose, errors::ErrorCode};

use super::{fail::fail, store};
use crate::Scribe;

/// An open job that was handed over to the queue, as it was when it was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Unattended {
    id: JobId,
    practice_id: PracticeId,
    as_of: DateTime<Utc>,
}

impl Unattended {
    /// The job, if it is open and was handed over.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find(
        scribe: &Scribe,
        practice_id: PracticeId,
        id: JobId,
    ) -> Result<Option<Self>, AccessError> {
        let tx = scribe.database.begin_reading(actor(practice_id, id)).await?;
        let found = store::handed_over_at(&tx, id).await;
        tx.end().await?;
        Ok(found?.map(|as_of| Self { id, practice_id, as_of }))
    }

    /// Marks it as failed: its process died in every attempt.
    ///
    /// # Errors
    /// The database fails.
    pub async fn give_up(self, scribe: &Scribe) -> Result<(), AccessError> {
        self.act(scribe, async |tx| {
            if let Some(job) = store::find(tx, self.id).await? {
                ledger::close_job(tx, self.id).await?;
                fail(tx, &job, ErrorCode::WorkInterrupted).await?;
            }
            Ok(())
        })
        .await
    }

    /// Hands it over anew: it was asked for again while the run that had been stopped was still ending.
    ///
    /// # Errors
    /// The database fails.
    pub async fn hand_over_again(self, scribe: &Scribe) -> Result<(), AccessError> {
        self.act(scribe, async |tx| {
            tx.enqueue_again(self.id).await?;
            tx.record(Event::of(Action::JobProgressed, self.id));
            Ok(())
        })
        .await
    }

    async fn act(
        self,
        scribe: &Scribe,
        work: impl AsyncFnOnce(&mut Tx) -> Result<(), AccessError>,
    ) -> Result<(), AccessError> {
        let mut tx = scribe.database.begin(actor(self.practice_id, self.id)).await?;
        match store::hold(&mut tx, self.id, self.as_of).await {
            Ok(true) => {}
            changed => {
                tx.end().await?;
                return changed.map(drop);
            }
        }
        match work(&mut tx).await {
            Ok(()) => tx.commit().await,
            Err(error) => {
                tx.end().await?;
                Err(error)
            }
        }
    }
}

fn actor(practice_id: PracticeId, id: JobId) -> Actor {
    Actor::system("system:pipeline", practice_id, format!("job:{id}")).for_purpose(Purpose::Treatment)
}
