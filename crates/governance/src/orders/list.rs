//! The rules of places, and what the practice has ordered.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::decisions::{PlaceRuleView, PlaceRules};

use super::store;
use crate::{policy, situation::Situation};

/// Every rule of a place that the software knows, those that hold where the practice works first, and what it has ordered.
///
/// # Errors
/// The database or the keys fail.
pub async fn list_rules(
    tx: &mut Tx,
    _granted: Granted<perm::ReadGovernance>,
) -> Result<PlaceRules, AccessError> {
    let situation = Situation::of(tx).await?;
    let mut orders = store::list(tx).await?;
    orders.retain(|order| order.ended_at.is_none());
    let stopped = orders.iter().find(|order| order.rule.is_none()).cloned();
    let view = |rule: &shared::decisions::PlaceRule| PlaceRuleView {
        here: situation.place.is_under(rule),
        set_aside: orders.iter().find(|order| order.rule.as_ref() == Some(&rule.key)).cloned(),
        rule: rule.clone(),
    };
    let mut rules: Vec<_> = policy::place_rules().iter().map(view).collect();
    rules.sort_by_key(|rule| !rule.here);
    tx.record(Event::general(Action::AiRulesListed));
    Ok(PlaceRules {
        jurisdiction: situation.place.jurisdiction().to_owned(),
        collected_on: policy::collected_on(),
        stopped,
        rules,
    })
}
