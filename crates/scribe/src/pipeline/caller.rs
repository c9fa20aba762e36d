//! For whom models are called, and whether the clients agree to that at this moment.

use access::Actor;
use clinical::consents;
use governance::CallContext;
use shared::governance::AiData;

use super::StageError;
use crate::{Scribe, jobs::store::Job};

/// The job that calls models.
#[derive(Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) scribe: &'a Scribe,
    pub(super) actor: &'a Actor,
    pub(super) job: &'a Job,
}

impl Caller<'_> {
    /// What the gateway has to know. To be asked anew for every call: a client may take their agreement
    /// back while a long session is being heard.
    pub(super) async fn context(&self) -> Result<CallContext, StageError> {
        let encounter_id = self.job.view.encounter_id;
        let tx = self.scribe.database.begin_reading(self.actor.clone()).await?;
        let consents = consents::standings(&tx, encounter_id).await;
        tx.end().await?;
        Ok(CallContext {
            actor: self.actor.clone(),
            on_behalf_of: self.job.requested_by,
            encounter_id: Some(encounter_id),
            job_id: Some(self.job.view.id),
            data: AiData::Client,
            consents: Some(consents?),
        })
    }
}
