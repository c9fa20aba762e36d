//! Charts whose time is over.

use access::{AccessError, Tx};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use shared::{ClientId, retention::ChartRule};

use super::store;

/// Charts whose last contact is as long ago as a rule says.
#[derive(Debug, Default)]
pub struct Outlived {
    /// Their time is over.
    pub over: Vec<ClientId>,
    /// Nobody knows when these clients were born.
    pub without_date_of_birth: u64,
}

/// Those of the transaction's practice on a day; of one client, where one is named.
pub async fn find(
    tx: &Tx,
    rule: &ChartRule,
    on: NaiveDate,
    only: Option<ClientId>,
    among: store::Among,
) -> Result<Outlived, AccessError> {
    let mut found = Outlived::default();
    for (client_id, born) in
        store::list_quiet_since(tx, end_of(years_before(on, rule.years)), only, among).await?
    {
        match born {
            None => found.without_date_of_birth += 1,
            // Of somebody who was of age at the first contact this is over long before the other span.
            Some(born) if years_after(*born.reveal(), rule.minors.last_birthday()) <= on => {
                found.over.push(client_id);
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

/// Whether a chart's time is over by the rule that is in force.
pub async fn is_over(tx: &Tx, client_id: ClientId) -> Result<bool, AccessError> {
    let rule = store::find_in_force(tx).await?.and_then(|row| store::rule(&row));
    let Some(rule) = rule else { return Ok(false) };
    let found = find(tx, &rule, tx.now().date_naive(), Some(client_id), store::Among::All).await?;
    Ok(!found.over.is_empty())
}

/// 29 February becomes the 28th; the last day of the calendar where there is none.
fn years_after(day: NaiveDate, years: i32) -> NaiveDate {
    day.checked_add_months(Months::new(years.unsigned_abs() * 12)).unwrap_or(NaiveDate::MAX)
}

fn years_before(day: NaiveDate, years: i32) -> NaiveDate {
    day.checked_sub_months(Months::new(years.unsigned_abs() * 12)).unwrap_or(NaiveDate::MIN)
}

/// The first moment after a day.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc()
}
