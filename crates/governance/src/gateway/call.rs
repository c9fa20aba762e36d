//! What surrounds every call: the row before it, the rules, the row after it.

use std::{sync::Arc, time::Instant};

use access::Actor;
use audit::{Action, Event};
use serde::Serialize;
use shared::{
    AiCallId, AiSystemId, EncounterId, JobId, UserId,
    governance::{AiCallOutcome, AiPurpose},
};

use super::{Engine, Engines, Gateway, GatewayError, Governed};
use crate::{
    ledger::{
        self, Usage,
        store::{NewCall, Success},
    },
    policy::{AiConsent, Facts, Violation, violations},
};

/// For whom and what for a call is made.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// Who makes it.
    pub actor: Actor,
    /// On whose behalf.
    pub on_behalf_of: UserId,
    /// For which session.
    pub encounter_id: EncounterId,
    /// In which job.
    pub job_id: JobId,
    /// What the clients in the session say about AI, asked just before the call.
    pub consent: AiConsent,
}

/// A call that is being made.
pub(super) struct Begun {
    pub(super) id: AiCallId,
    pub(super) system_id: AiSystemId,
    pub(super) at: Instant,
    system_key: String,
}

/// The purposes of the keyed hashes, which keep them apart from every other hash of the practice.
const INPUT: &str = "ai call input";
const OUTPUT: &str = "ai call output";

impl Gateway {
    /// Writes the row of a call that is about to be made, or its refusal.
    pub(super) async fn begin<E: Engine + ?Sized>(
        &self,
        call: &CallContext,
        engines: &Engines<E>,
        purpose: AiPurpose,
        input_hash: [u8; 32],
    ) -> Result<(Begun, Arc<E>), GatewayError> {
        let mut tx = self.database.begin(call.actor.clone()).await?;
        let (system, engine) = engines.in_use(&mut tx, purpose, call.encounter_id).await?;
        let facts = Facts { set_up: engine.is_some(), system: system.state, consent: call.consent };
        let violations = violations(facts);
        let id: AiCallId = tx.new_id();
        let first = violations.first().copied();
        let row = NewCall {
            id,
            system_id: system.id,
            version: system.version,
            purpose,
            encounter_id: call.encounter_id,
            job_id: call.job_id,
            user_id: (!call.on_behalf_of.0.is_nil()).then_some(call.on_behalf_of),
            input_hash,
            refused: violations.into_iter().map(Violation::code).collect(),
        };
        ledger::store::insert(&mut tx, row).await?;
        tx.record(match first {
            None => Event::of(Action::AiCallBegun, id),
            Some(violation) => Event::of(Action::AiCallRefused, id).refused(violation.code()),
        });
        tx.commit().await?;
        match (first, engine) {
            (None, Some(engine)) => {
                let begun = Begun { id, system_id: system.id, at: Instant::now(), system_key: system.key };
                Ok((begun, engine))
            }
            (violation, _) => {
                telemetry::ai_call(&system.key, AiCallOutcome::Refused.as_str(), None);
                Err(violation.unwrap_or(Violation::SystemMissing).into())
            }
        }
    }

    /// Wraps an answer, or writes down the failure.
    pub(super) async fn end<T: Serialize, E: Into<GatewayError>>(
        &self,
        call: &CallContext,
        begun: Begun,
        result: Result<(T, Usage), E>,
    ) -> Result<Governed<T>, GatewayError> {
        let (answer, usage) = match result {
            Ok(answer) => answer,
            Err(error) => return Err(self.fail(call, begun, error.into()).await),
        };
        let Begun { id, system_key, at, .. } = begun;
        telemetry::ai_call(&system_key, AiCallOutcome::Succeeded.as_str(), Some(at.elapsed()));
        let output_hash = self.hash(call, OUTPUT, &bytes(&answer)?).await?;
        let cost_micro_usd = self.prices.get(&system_key).and_then(|prices| prices.of(usage));
        let finished_at = self.database.clock().now();
        Ok(Governed::new(id, answer, Success { output_hash, finished_at, usage, cost_micro_usd }))
    }

    /// Writes down that a call failed, and why. The answer is what whoever called is told.
    pub(super) async fn fail(&self, call: &CallContext, begun: Begun, error: GatewayError) -> GatewayError {
        let Begun { id, system_key, at, .. } = begun;
        telemetry::ai_call(&system_key, AiCallOutcome::Failed.as_str(), Some(at.elapsed()));
        let written = async {
            let mut tx = self.database.begin(call.actor.clone()).await?;
            ledger::store::fail(&mut tx, id, error.code()).await?;
            tx.record(Event::of(Action::AiCallEnded, id).refused(error.code()));
            tx.commit().await
        }
        .await;
        written.err().map_or(error, GatewayError::from)
    }

    pub(super) async fn hash_input(
        &self,
        call: &CallContext,
        input: &[u8],
    ) -> Result<[u8; 32], GatewayError> {
        self.hash(call, INPUT, input).await
    }

    async fn hash(&self, call: &CallContext, purpose: &str, input: &[u8]) -> Result<[u8; 32], GatewayError> {
        let key = self.database.key_of(call.actor.practice_id()).await?;
        Ok(key.keyed_hash(purpose, &[input]))
    }
}

/// The JSON form of what goes in or comes out, as it is hashed.
pub(super) fn bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, GatewayError> {
    serde_json::to_vec(value).map_err(|_no_json| GatewayError::Unusable)
}
