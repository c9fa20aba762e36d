//! What surrounds every call: the row before it, the rules, the row after it.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use access::{AccessError, Actor, Tx};
use audit::{Action, Event};
use serde::Serialize;
use shared::{
    AiCallId, AiSystemId, EncounterId, JobId, UserId,
    consents::Standings,
    errors::ErrorCode,
    governance::{AiCallOutcome, AiData, AiPurpose, AiSystemView},
};

use super::{Engine, Engines, Gateway, GatewayError, Governed};
use crate::{
    ledger::{
        self, Prices, Usage,
        store::{NewCall, Success},
    },
    policy::{decide, refusals},
    situation::Situation,
    systems,
};

/// For whom and what for a call is made.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// Who makes it.
    pub actor: Actor,
    /// On whose behalf.
    pub on_behalf_of: UserId,
    /// For which session, if for one.
    pub encounter_id: Option<EncounterId>,
    /// In which job, if in one.
    pub job_id: Option<JobId>,
    /// Whose data goes in.
    pub data: AiData,
    /// What these clients have agreed to, asked just before the call; `None`: it is nobody's data.
    pub consents: Option<Standings>,
}

/// A call that is being made.
pub(super) struct Begun {
    pub(super) id: AiCallId,
    pub(super) system_id: AiSystemId,
    pub(super) at: Instant,
    system_key: String,
    prices: Option<Prices>,
}

/// How often a call that takes long is looked at: an order to stop everything holds within five seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

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
        let prices = self.prices.get(&system.key).copied();
        let begun = self.enter(tx, call, system, prices, engine.is_some(), input_hash).await?;
        Ok((begun, engine.ok_or(GatewayError::Forbidden(ErrorCode::SystemMissing))?))
    }

    /// Writes the row of a call of this system, or its refusal.
    pub(super) async fn enter(
        &self,
        mut tx: Tx,
        call: &CallContext,
        mut system: AiSystemView,
        prices: Option<Prices>,
        set_up: bool,
        input_hash: [u8; 32],
    ) -> Result<Begun, GatewayError> {
        let situation = Situation::of(&tx).await?;
        if system.monthly_budget_micro_usd.is_some() {
            let costs = ledger::store::costs_since(&tx, situation.month_began, Some(system.id)).await?;
            system.spent_micro_usd = costs.get(&system.id).copied().unwrap_or_default();
        }
        let facts = situation.facts(&system, set_up, call.data, call.consents);
        let refused = refusals(&decide(&facts));
        let id: AiCallId = tx.new_id();
        let first = refused.first().copied();
        let row = NewCall {
            id,
            system_id: system.id,
            version: system.version,
            rules: situation.place.named(),
            purpose: system.purpose,
            encounter_id: call.encounter_id,
            job_id: call.job_id,
            data: call.data,
            user_id: (!call.on_behalf_of.0.is_nil()).then_some(call.on_behalf_of),
            input_hash,
            refused,
        };
        ledger::store::insert(&mut tx, row).await?;
        tx.record(match first {
            None => Event::of(Action::AiCallBegun, id),
            Some(code) => Event::of(Action::AiCallRefused, id).refused(code),
        });
        tx.commit().await?;
        if let Some(first) = first {
            telemetry::ai_call(named(&system.key), AiCallOutcome::Refused.as_str(), None);
            return Err(GatewayError::Forbidden(first));
        }
        Ok(Begun { id, system_id: system.id, at: Instant::now(), system_key: system.key, prices })
    }

    /// The first rule that forbids by now a call that was begun: its system may have been switched off since, or all AI
    /// stopped. What clients say about it is `call.consents`.
    ///
    /// # Errors
    /// The database fails.
    pub(super) async fn forbidden(
        &self,
        call: &CallContext,
        begun: &Begun,
    ) -> Result<Option<ErrorCode>, AccessError> {
        let tx = self.database.begin_reading(call.actor.clone()).await?;
        let now = async {
            let situation = Situation::of(&tx).await?;
            // Where a budget is spent meanwhile, the call that has begun was within it.
            let system = systems::store::find(&tx, begun.system_id).await?;
            Ok::<_, AccessError>(
                system.map(|system| situation.facts(&system, true, call.data, call.consents)),
            )
        }
        .await;
        tx.end().await?;
        Ok(now?.and_then(|facts| refusals(&decide(&facts)).first().copied()))
    }

    /// Waits for an engine, as long as the call may go on: once a rule forbids it, the work is dropped within
    /// [`LOOK_AGAIN`], in whichever process it is.
    pub(super) async fn while_allowed<T, E: Into<GatewayError>>(
        &self,
        call: &CallContext,
        begun: &Begun,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, GatewayError> {
        let mut work = pin!(work);
        loop {
            match tokio::time::timeout(LOOK_AGAIN, &mut work).await {
                Ok(result) => return result.map_err(Into::into),
                Err(_still_at_work) => {
                    if let Some(code) = self.forbidden(call, begun).await? {
                        return Err(GatewayError::Forbidden(code));
                    }
                }
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
        let Begun { id, system_key, at, prices, .. } = begun;
        telemetry::ai_call(named(&system_key), AiCallOutcome::Succeeded.as_str(), Some(at.elapsed()));
        let output_hash = self.hash(call, OUTPUT, &bytes(&answer)?).await?;
        let cost_micro_usd = prices.and_then(|prices| prices.of(usage));
        let finished_at = self.database.clock().now();
        Ok(Governed::new(id, answer, Success { output_hash, finished_at, usage, cost_micro_usd }))
    }

    /// Writes down that a call failed, and why. The answer is what whoever called is told.
    pub(super) async fn fail(&self, call: &CallContext, begun: Begun, error: GatewayError) -> GatewayError {
        let Begun { id, system_key, at, .. } = begun;
        telemetry::ai_call(named(&system_key), AiCallOutcome::Failed.as_str(), Some(at.elapsed()));
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

/// What a metric calls a system: those of practices are one, for their names are theirs, and as many as they like.
fn named(system_key: &str) -> &str {
    if system_key.starts_with(systems::OWN) { "own" } else { system_key }
}

/// The JSON form of what goes in or comes out, as it is hashed.
pub(super) fn bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, GatewayError> {
    serde_json::to_vec(value).map_err(|_no_json| GatewayError::Unusable)
}
