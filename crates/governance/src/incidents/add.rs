//! Adding to the timeline of an incident.

use std::collections::BTreeSet;

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use chrono::NaiveDate;
use shared::{
    IncidentId,
    errors::{Checks, FieldProblem},
    incidents::{
        Assessment, BreachDecision, BreachFactor, Counted, Delay, Discovered, IncidentEntry, IncidentState,
        IncidentView, StatementForm, TimelineEntry, Told,
    },
};

use super::{
    clocks, file,
    open::{LONG, check_time},
    store,
};

/// Most characters of other texts.
const SHORT: usize = 2_000;
/// Most places that people of one incident are residents of.
const PLACES: usize = 300;
/// Most clients of one count.
const CLIENTS: usize = 10_000;

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The practice has no such incident, or the actor sees no such client.
    #[error("there is nothing here")]
    NotFound,
    /// A field is empty, too long, or does not fit what is known.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// What is closed stays as it is.
    #[error("the incident is closed")]
    Closed,
    /// Nobody has decided whether it is a breach.
    #[error("nobody has decided whether it is a breach")]
    Unassessed,
    /// Somebody is still to be told.
    #[error("somebody is still to be told")]
    DutiesOpen,
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Adds an entry. Of a decision and of the end, its caller asks for a second factor shown a moment ago before it commits.
///
/// # Errors
/// [`AddError`]; nothing is kept then.
pub async fn add(
    tx: &mut Tx,
    _granted: Granted<perm::WriteGovernance>,
    id: IncidentId,
    entry: &IncidentEntry,
) -> Result<IncidentView, AddError> {
    let mut kept = store::find_alone(tx, id).await?.ok_or(AddError::NotFound)?;
    let ordinal = kept.timeline.len() + 1;
    let place = store::whereabouts(tx).await?;
    let line = TimelineEntry { at: tx.now(), by: tx.actor().user_id(), entry: entry.clone() };
    let before = file::view(kept.clone(), &place, tx.now());
    if before.state == IncidentState::Closed {
        return Err(AddError::Closed);
    }
    let today = tx.now().with_timezone(&place.zone).date_naive();
    let mut checks = Checks::new();
    match entry {
        IncidentEntry::Noted(it) => checks.text("words", it.words.reveal(), LONG),
        IncidentEntry::Discovered(it) => check_discovered(&mut checks, it, &before),
        IncidentEntry::Counted(it) => check_counted(&mut checks, it),
        IncidentEntry::Assessed(it) => check_assessment(&mut checks, it),
        IncidentEntry::Delayed(it) => check_delay(&mut checks, it, today),
        IncidentEntry::Told(it) => check_told(&mut checks, it, &before, today),
        IncidentEntry::Closed(it) => {
            checks.text("cause", it.cause.reveal(), LONG);
            checks.text("correction", it.correction.reveal(), LONG);
        }
    }
    if let IncidentEntry::Discovered(it) = entry {
        check_time(&mut checks, "discovered_at", it.discovered_at, tx.now());
    }
    checks.done().map_err(AddError::Invalid)?;
    match entry {
        IncidentEntry::Closed(_) if before.state == IncidentState::Open => return Err(AddError::Unassessed),
        IncidentEntry::Closed(_) if !clocks::open(&before.duties).is_empty() => {
            return Err(AddError::DutiesOpen);
        }
        IncidentEntry::Counted(it) => {
            let clients: BTreeSet<_> = it.clients.iter().copied().collect();
            let clients: Vec<_> = clients.into_iter().collect();
            if store::count_clients(tx, &clients).await? != clients.len() as u64 {
                return Err(AddError::NotFound);
            }
        }
        _ => {}
    }
    store::append(tx, id, ordinal, entry).await?;
    tx.record(Event::of(Action::IncidentContinued, id).naming(vec![entry.word()]));
    kept.timeline.push(line);
    Ok(file::view(kept, &place, tx.now()))
}

fn check_discovered(checks: &mut Checks, it: &Discovered, before: &IncidentView) {
    checks.text("words", it.words.reveal(), SHORT);
    if it.discovered_at >= before.discovered_at {
        checks.refuse(
            "discovered_at",
            "not_earlier",
            "Whoever knew first counts: this can only become earlier.",
        );
    }
    if before.opened.happened_at.is_some_and(|happened_at| it.discovered_at < happened_at) {
        checks.refuse("discovered_at", "before_it_happened", "Nobody knew before it happened.");
    }
}

fn check_counted(checks: &mut Checks, it: &Counted) {
    for place in it.residents.keys() {
        checks.jurisdiction("residents", place);
    }
    if it.residents.is_empty() {
        checks.refuse("residents", "required", "Please fill this in.");
    }
    if it.residents.len() > PLACES {
        checks.refuse("residents", "too_long", "At most 300 places.");
    }
    if it.clients.len() > CLIENTS {
        checks.refuse("clients", "too_long", "At most 10,000 clients.");
    }
    if it.total() < it.clients.len() as u64 {
        checks.refuse("residents", "too_few", "These are fewer than the clients who are named.");
    }
}

fn check_assessment(checks: &mut Checks, it: &Assessment) {
    checks.text("reasons", it.reasons.reveal(), LONG);
    for one in &it.factors {
        checks.text("factors.finding", one.finding.reveal(), SHORT);
    }
    let found: BTreeSet<_> = it.factors.iter().map(|one| one.factor).collect();
    if found.len() != it.factors.len() {
        checks.refuse("factors", "twice", "Each factor once.");
    }
    if it.decision == BreachDecision::LowProbability && found.len() != BreachFactor::ALL.len() {
        checks.refuse("factors", "required", "A low probability is shown by all four factors.");
    }
}

fn check_delay(checks: &mut Checks, it: &Delay, today: NaiveDate) {
    checks.text("words", it.words.reveal(), SHORT);
    if it.said_on > today {
        checks.refuse("said_on", "in_future", "This lies in the future.");
    }
    match it.until {
        None if it.form == StatementForm::Written => {
            checks.refuse(
                "until",
                "required",
                "A written statement names the time. Without one it is an oral one.",
            );
        }
        Some(until) if until < it.said_on => {
            checks.refuse("until", "before_it_was_said", "This is before the statement.");
        }
        _ => {}
    }
}

fn check_told(checks: &mut Checks, it: &Told, before: &IncidentView, today: NaiveDate) {
    checks.text("words", it.words.reveal(), SHORT);
    if it.on > today {
        checks.refuse("on", "in_future", "This lies in the future.");
    }
    if !before.duties.iter().any(|owed| owed.duty == it.duty && owed.place == it.place) {
        checks.refuse("duty", "not_owed", "Nobody of these has to be told.");
    }
}
