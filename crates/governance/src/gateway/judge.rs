//! What would be decided about a call, without making it.

use std::collections::HashSet;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    AiSystemId,
    consents::Standings,
    decisions::{AiCheck, AiDecision},
    errors::ErrorCode,
    governance::{AiData, AiSystemView},
};

use super::Gateway;
use crate::{
    policy::{decide, refusals},
    situation::Situation,
    systems,
};

/// Knows what is known now, and says of any system whether it might be called.
#[derive(Debug)]
pub struct Judge {
    situation: Situation,
    set_up: HashSet<String>,
    relays: bool,
    data: AiData,
    session: Option<Standings>,
}

impl Judge {
    /// What every rule says of a call of this system.
    pub fn checks(&self, system: &AiSystemView) -> Vec<AiCheck> {
        let set_up = if system.own.is_some() { self.relays } else { self.set_up.contains(&system.key) };
        decide(&self.situation.facts(system, set_up, self.data, self.session))
    }

    /// Why a call of this system would be refused.
    pub fn refusals(&self, system: &AiSystemView) -> Vec<ErrorCode> {
        refusals(&self.checks(system))
    }
}

impl Gateway {
    /// For a session, in which the clients have agreed to so much, or for none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn judge(
        &self,
        tx: &Tx,
        data: AiData,
        session: Option<Standings>,
    ) -> Result<Judge, AccessError> {
        let engines = self.transcribers.keys().chain(self.separators.keys()).chain(self.completers.keys());
        let situation = Situation::of(tx).await?;
        Ok(Judge { situation, set_up: engines.collect(), relays: self.relay.is_some(), data, session })
    }

    /// Whether a system might be called now, and what every rule says of it; `None`: the practice has no such system.
    ///
    /// # Errors
    /// The database fails.
    pub async fn explain(
        &self,
        tx: &mut Tx,
        granted: Granted<perm::ReadGovernance>,
        id: AiSystemId,
        data: AiData,
        session: Option<Standings>,
    ) -> Result<Option<AiDecision>, AccessError> {
        let systems = systems::list(tx, granted).await?;
        let Some(system) = systems.into_iter().find(|system| system.id == id) else { return Ok(None) };
        let judge = self.judge(tx, data, session).await?;
        let checks = judge.checks(&system);
        tx.record(Event::of(Action::AiDecisionAsked, id));
        let rules = judge.situation.place.named();
        Ok(Some(AiDecision { allowed: refusals(&checks).is_empty(), checks, rules }))
    }
}
