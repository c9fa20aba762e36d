//! The clocks of a breach: what has to be done by which day, from what is known of it. Nothing here asks a database or the time.
//!
//! - Days are calendar days in the practice's time zone: the day of discovery is day 0, and day 60 is still in time.
//! - Whatever nobody has decided or counted yet is taken as what leaves the least time.
//! - While a law-enforcement official asks to wait, nothing is due; what would be due later than that is due as ever. (One
//!   may read 164.412 as giving the days back. That is later, so it is not what these clocks say.)

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::incidents::{ActsAs, BreachDecision, Delay, Duty, DutyView, StatementForm};

use super::rules::{Pack, Rule};

/// What is known.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where days are counted.
    pub zone: Tz,
    /// When anybody first knew.
    pub discovered_at: DateTime<Utc>,
    /// Whether the people are told, or whoever tells them.
    pub acts_as: ActsAs,
    /// Days that a business associate's contract gives.
    pub contract_days: Option<u32>,
    /// How many people, by the place of which they are residents; `None`: nobody has counted.
    pub residents: Option<BTreeMap<String, u32>>,
    /// What was decided; `None`: nothing yet.
    pub decision: Option<BreachDecision>,
    /// Who asked to wait.
    pub delays: Vec<Delay>,
    /// Who was told, and when the last of them was.
    pub told: BTreeMap<(Duty, Option<String>), NaiveDate>,
}

/// What has to be done, the first due first.
pub fn duties(facts: &Facts, now: DateTime<Utc>) -> Vec<DutyView> {
    // A breach is presumed until it is decided that it is none (164.402(2)).
    if facts.decision.is_some_and(|decision| decision != BreachDecision::Breach) {
        return Vec::new();
    }
    let today = now.with_timezone(&facts.zone).date_naive();
    let mut duties: Vec<_> = owed(facts).into_iter().filter_map(|owed| clock(facts, owed, today)).collect();
    duties.sort_by(|one, other| {
        (one.due_on, one.duty, &one.place).cmp(&(other.due_on, other.duty, &other.place))
    });
    duties
}

/// A duty that there is, whenever it is due.
struct Owed {
    duty: Duty,
    place: Option<String>,
    assumed: bool,
}

fn owed(facts: &Facts) -> Vec<Owed> {
    let owed = |duty| Owed { duty, place: None, assumed: false };
    if facts.acts_as == ActsAs::BusinessAssociate {
        return vec![owed(Duty::CoveredEntity)];
    }
    let Some(residents) = &facts.residents else {
        return vec![owed(Duty::Individuals), Owed { assumed: true, ..owed(Duty::HhsAtOnce) }];
    };
    let total: u64 = residents.values().copied().map(u64::from).sum();
    if total == 0 {
        return Vec::new();
    }
    let on = discovered_on(facts);
    let more_than = |duty| Pack::own().rule(duty, on).map_or(u64::MAX, |rule| rule.more_than);
    let mut all = vec![owed(Duty::Individuals)];
    all.push(owed(if total > more_than(Duty::HhsAtOnce) { Duty::HhsAtOnce } else { Duty::HhsYearly }));
    let many = residents.iter().filter(|(_, count)| u64::from(**count) > more_than(Duty::Media));
    all.extend(many.map(|(place, _)| Owed { place: Some(place.clone()), ..owed(Duty::Media) }));
    all
}

fn clock(facts: &Facts, owed: Owed, today: NaiveDate) -> Option<DutyView> {
    let discovered_on = discovered_on(facts);
    let rule = Pack::own().rule(owed.duty, discovered_on)?;
    let from = match owed.duty {
        Duty::HhsYearly => NaiveDate::from_ymd_opt(discovered_on.year(), 12, 31)?,
        _ => discovered_on,
    };
    let days = match owed.duty {
        Duty::CoveredEntity => facts.contract_days.map_or(rule.days, |given| given.min(rule.days)),
        _ => rule.days,
    };
    let by_rule = later(from, days);
    let waits_until = waits_until(facts, by_rule);
    let due_on = waits_until.unwrap_or(by_rule);
    let told = |duty| facts.told.get(&(duty, owed.place.clone())).copied();
    let done_on = match owed.duty {
        // Whoever was told at once is not told again after the year.
        Duty::HhsYearly => told(Duty::HhsYearly).or_else(|| told(Duty::HhsAtOnce)),
        duty => told(duty),
    };
    let citation = match waits_until {
        None => rule.citation.clone(),
        Some(_) => format!("{}, {}", rule.citation, Pack::own().oral_delay.citation),
    };
    Some(DutyView {
        duty: owed.duty,
        place: owed.place,
        from,
        due_on,
        waits_until,
        days_left: (due_on - today).num_days(),
        looks: if done_on.is_some() { Vec::new() } else { looks(rule, from, due_on, today) },
        done_on,
        late: done_on.unwrap_or(today) > due_on,
        assumed: owed.assumed,
        citation,
        asks: rule.note.clone(),
        source: rule.source.clone(),
        certainty: rule.certainty,
    })
}

fn looks(rule: &Rule, from: NaiveDate, due_on: NaiveDate, today: NaiveDate) -> Vec<NaiveDate> {
    let days = rule.looks.iter().map(|days| later(from, *days));
    days.filter(|day| *day >= today && *day < due_on).collect()
}

fn discovered_on(facts: &Facts) -> NaiveDate {
    facts.discovered_at.with_timezone(&facts.zone).date_naive()
}

/// The day on which officials no longer ask to wait, if that is after the last day. A statement that is made when it is over
/// makes nothing of it timely.
fn waits_until(facts: &Facts, by_rule: NaiveDate) -> Option<NaiveDate> {
    let mut statements: Vec<_> = facts.delays.iter().collect();
    statements.sort_by_key(|it| it.said_on);
    let due_on = statements
        .into_iter()
        .filter_map(|it| Some((it.said_on, end(it)?)))
        .fold(by_rule, |due_on, (said_on, end)| if said_on <= due_on { due_on.max(end) } else { due_on });
    (due_on > by_rule).then_some(due_on)
}

/// The last day of the time for which one is to wait. Without writing it is thirty days at most, whatever was said.
fn end(statement: &Delay) -> Option<NaiveDate> {
    match statement.form {
        StatementForm::Written => statement.until,
        StatementForm::Oral => {
            let most = later(statement.said_on, Pack::own().oral_delay.days);
            Some(statement.until.map_or(most, |until| until.min(most)))
        }
    }
}

fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// What is still to be done.
pub fn open(duties: &[DutyView]) -> BTreeSet<Duty> {
    duties.iter().filter(|it| it.done_on.is_none()).map(|it| it.duty).collect()
}
