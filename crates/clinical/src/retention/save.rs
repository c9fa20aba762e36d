//! Deciding how long charts are kept, and thinking better of it.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::TimeDelta;
use shared::{
    ChartRuleId,
    errors::{Checks, FieldProblem},
    retention::{AGE_OF_MAJORITY, CHART_YEARS, ChartRule, NewChartRule, RULE_WAITING_DAYS, RetentionView},
};

use super::{law, load::view, store};

/// Why nothing is decided.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A number is out of its range.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// It is shorter than what is asked for, and nobody said that it is meant.
    #[error("the rule is shorter than what is asked for")]
    BelowMinimum,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Why it goes on.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawRuleError {
    /// No rule waits.
    #[error("no rule waits")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Decides how long charts are kept. What keeps them at least as long as before holds at once; otherwise it waits
/// [`RULE_WAITING_DAYS`], and takes the place of one that waits already. Its caller asks for a second factor shown a moment
/// ago before it commits.
///
/// # Errors
/// [`SaveError`]; nothing is changed then.
pub async fn save(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    jurisdiction: &str,
    new: &NewChartRule,
) -> Result<RetentionView, SaveError> {
    let mut checks = Checks::new();
    if let Some(rule) = new.rule {
        check(&mut checks, "rule", &rule);
    }
    checks.done().map_err(SaveError::Invalid)?;
    let suggested = law::suggested(&law::minimums(jurisdiction, tx.now().date_naive()));
    let is_shorter = new.rule.zip(suggested).is_some_and(|(rule, least)| !rule.keeps_as_long_as(&least));
    if is_shorter && !new.below_minimum {
        return Err(SaveError::BelowMinimum);
    }
    let before = store::find_in_force(tx).await?.and_then(|row| store::rule(&row));
    let keeps_as_long = match (new.rule, before) {
        (None, _) => true,
        (Some(rule), Some(before)) => rule.keeps_as_long_as(&before),
        (Some(_), None) => false,
    };
    let wait = if keeps_as_long { TimeDelta::zero() } else { TimeDelta::days(RULE_WAITING_DAYS) };
    withdraw_waiting(tx).await?;
    let id: ChartRuleId = tx.new_id();
    store::insert(tx, id, new.rule, tx.now() + wait).await?;
    tx.record(Event::of(Action::ChartRuleSaved, id));
    Ok(view(tx, jurisdiction).await?)
}

/// Withdraws the rule that waits. Its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`WithdrawRuleError`].
pub async fn withdraw(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    jurisdiction: &str,
) -> Result<RetentionView, WithdrawRuleError> {
    if !withdraw_waiting(tx).await? {
        return Err(WithdrawRuleError::NotFound);
    }
    Ok(view(tx, jurisdiction).await?)
}

async fn withdraw_waiting(tx: &mut Tx) -> Result<bool, AccessError> {
    let Some(waiting) = store::find_waiting(tx).await? else { return Ok(false) };
    store::withdraw(tx, waiting.id).await?;
    tx.record(Event::of(Action::ChartRuleWithdrawn, waiting.id));
    Ok(true)
}

pub(super) fn check(checks: &mut Checks, field: &str, rule: &ChartRule) {
    checks.number(&format!("{field}.years"), rule.years, CHART_YEARS);
    let minors = rule.minors;
    checks.number(&format!("{field}.minors.age_of_majority"), minors.age_of_majority, AGE_OF_MAJORITY);
    checks.number(&format!("{field}.minors.years"), minors.years, 0..=*CHART_YEARS.end());
}
