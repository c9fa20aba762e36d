//! Gives and ends orders.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    decisions::{AiOrderView, NewAiOrder},
    errors::{Checks, FieldProblem},
};

use super::store::{self, About};
use crate::policy;

/// Why an order was not given or ended.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The software knows no such rule, or there is no such order.
    #[error("there is no such rule or order")]
    NotFound,
    /// It has no reason.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Stops all AI of the practice. Where it is stopped already, that order stands.
///
/// # Errors
/// [`OrderError`].
pub async fn stop(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    new: &NewAiOrder,
) -> Result<AiOrderView, OrderError> {
    give(tx, &About::Everything, Action::AiStopped, new).await
}

/// Allows AI again, as far as the rules do.
///
/// # Errors
/// [`OrderError`].
pub async fn allow_again(tx: &mut Tx, _granted: Granted<perm::WriteGovernance>) -> Result<(), OrderError> {
    end(tx, &About::Everything, Action::AiAllowedAgain).await
}

/// Sets a rule of a place aside: the practice knows better what holds for it.
///
/// # Errors
/// [`OrderError`].
pub async fn set_aside(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    rule: &str,
    new: &NewAiOrder,
) -> Result<AiOrderView, OrderError> {
    give(tx, &known(rule)?, Action::AiRuleSetAside, new).await
}

/// Has a rule hold again.
///
/// # Errors
/// [`OrderError`].
pub async fn holds_again(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    rule: &str,
) -> Result<(), OrderError> {
    end(tx, &known(rule)?, Action::AiRuleHoldsAgain).await
}

fn known(rule: &str) -> Result<About, OrderError> {
    let known = policy::place_rules().iter().find(|it| it.key == rule).ok_or(OrderError::NotFound)?;
    Ok(About::Rule(known.key.clone()))
}

async fn give(
    tx: &mut Tx,
    about: &About,
    action: Action,
    new: &NewAiOrder,
) -> Result<AiOrderView, OrderError> {
    let mut checks = Checks::new();
    checks.text("reason", new.reason.reveal(), 1_000);
    checks.done().map_err(OrderError::Invalid)?;
    if let Some(standing) = store::find_in_force(tx, about).await? {
        tx.record(Event::of(action, standing.id));
        return Ok(standing);
    }
    let order = AiOrderView {
        id: tx.new_id(),
        rule: about.rule(),
        reason: new.reason.clone(),
        made_by: tx.actor().user_id(),
        made_at: tx.now(),
        ended_by: None,
        ended_at: None,
    };
    store::insert(tx, about, &order).await?;
    tx.record(Event::of(action, order.id));
    Ok(order)
}

async fn end(tx: &mut Tx, about: &About, action: Action) -> Result<(), OrderError> {
    let order = store::find_in_force(tx, about).await?.ok_or(OrderError::NotFound)?;
    store::end(tx, order.id).await?;
    tx.record(Event::of(action, order.id));
    Ok(())
}
