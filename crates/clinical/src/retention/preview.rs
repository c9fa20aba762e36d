//! What a rule would remove, counted and not removed.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::{Months, NaiveDate, TimeDelta};
use shared::{
    errors::{Checks, FieldProblem},
    retention::{ChartRule, ChartsPreview, PROPOSAL_DAYS, RULE_WAITING_DAYS},
};

use super::{SaveError, outlived, save::check, store};

/// Counts the charts that a rule would remove, were it decided now.
///
/// # Errors
/// A number is out of its range, or the database fails.
pub async fn preview(
    tx: &mut Tx,
    _granted: Granted<perm::ManageRetention>,
    rule: Option<&ChartRule>,
) -> Result<Option<ChartsPreview>, SaveError> {
    tx.record(Event::of(Action::RetentionPreviewed, tx.practice_id()));
    let Some(rule) = rule else { return Ok(None) };
    check_rule(rule).map_err(SaveError::Invalid)?;
    Ok(Some(charts(tx, rule).await?))
}

async fn charts(tx: &Tx, rule: &ChartRule) -> Result<ChartsPreview, AccessError> {
    let today = tx.now().date_naive();
    let in_a_year = today.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
    let now = outlived::find(tx, rule, today, None, store::Among::NotHeld).await?;
    let later = outlived::find(tx, rule, in_a_year, None, store::Among::NotHeld).await?;
    let held = outlived::find(tx, rule, today, None, store::Among::All).await?;
    let over = now.over.len() as u64;
    Ok(ChartsPreview {
        over,
        over_in_a_year: (later.over.len() as u64).saturating_sub(over),
        without_date_of_birth: now.without_date_of_birth,
        on_hold: (held.over.len() as u64).saturating_sub(over),
        earliest: tx.now() + TimeDelta::days(RULE_WAITING_DAYS + PROPOSAL_DAYS),
    })
}

fn check_rule(rule: &ChartRule) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    check(&mut checks, "chart_rule", rule);
    checks.done()
}
