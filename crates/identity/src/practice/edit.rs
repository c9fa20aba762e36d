//! Changing what the practice has set.

use access::{AccessError, Granted, Tx, perm};
use audit::{Action, Event};
use shared::{
    Phi,
    errors::{Checks, FieldProblem},
    practice::{
        AUDIT_YEARS, EditPractice, IDLE_LOCK_MINUTES, PASSWORD_MIN_LENGTH, PracticeSettings, RECORDING_DAYS,
        SESSION_HOURS, TRANSCRIPT_DAYS,
    },
    reviews::REVIEW_MONTHS,
};

use super::{is_locale, is_time_zone, store};
use crate::{StepUpError, fresh};

/// What asks for a second factor shown a moment ago: how people sign in and how long that lasts, who sees what,
/// and what is removed for ever.
const DEAR: [&str; 9] = [
    "session_hours",
    "idle_lock_minutes",
    "password_min_length",
    "second_factor_for_all",
    "share_new_clients",
    "recording_days",
    "transcript_days",
    "transcript_quotations",
    "audit_years",
];

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditPracticeError {
    /// Some fields cannot be kept.
    #[error("some fields need another look")]
    Invalid(Vec<FieldProblem>),
    /// Somebody changed something in the meantime.
    #[error("the settings have been changed in the meantime")]
    PreconditionFailed,
    /// What is dear is changed only with a second factor shown a moment ago.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// The database or the keys failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Changes the settings whose revision is `expected`.
///
/// # Errors
/// [`EditPracticeError`]; nothing is changed then.
pub async fn edit_practice(
    tx: &mut Tx,
    _granted: Granted<perm::WritePractice>,
    expected: i32,
    edit: EditPractice,
) -> Result<PracticeSettings, EditPracticeError> {
    check(&edit).map_err(EditPracticeError::Invalid)?;
    let mut row = store::find(tx).await?.ok_or(EditPracticeError::PreconditionFailed)?;
    if row.revision != expected {
        return Err(EditPracticeError::PreconditionFailed);
    }
    let now = tx.now();
    let mut changed = Vec::new();
    if let Some(name) = edit.name {
        let name = name.reveal().trim();
        if store::open_name(tx, &row)?.reveal() != name {
            row.name = store::seal_name(tx, name);
            changed.push("name");
        }
    }
    if let Some(given) = edit.privacy_contact {
        let given = given.map(|address| address.reveal().trim().to_owned());
        let kept = store::open_privacy_contact(tx, &row)?.map(Phi::into_inner);
        if given != kept {
            row.privacy_contact = given.map(|address| store::seal_privacy_contact(tx, &address));
            changed.push("privacy_contact");
        }
    }
    let mut set = |name, is_changed: bool| {
        if is_changed {
            changed.push(name);
        }
    };
    set("jurisdiction", replace(&mut row.jurisdiction, edit.jurisdiction));
    set("time_zone", replace(&mut row.time_zone, edit.time_zone));
    set("locale", replace(&mut row.locale, edit.locale));
    set("session_hours", replace(&mut row.session_hours, edit.session_hours));
    set("idle_lock_minutes", replace(&mut row.idle_lock_minutes, edit.idle_lock_minutes));
    set("password_min_length", replace(&mut row.password_min_length, edit.password_min_length));
    set("review_months", replace(&mut row.review_months, edit.review_months));
    set("share_new_clients", replace(&mut row.share_new_clients, edit.share_new_clients));
    if let Some(days) = edit.recording_days.filter(|days| *days != row.recording_days) {
        let rule = store::recordings(&row).set(days, now);
        (row.recording_days, row.recording_days_from, row.recording_days_before) =
            (rule.set, rule.from, rule.before);
        set("recording_days", true);
    }
    if let Some(days) = edit.transcript_days.filter(|days| *days != row.transcript_days) {
        let rule = store::transcripts(&row).set(days, now);
        (row.transcript_days, row.transcript_days_from, row.transcript_days_before) =
            (rule.set, rule.from, rule.before);
        set("transcript_days", true);
    }
    set("transcript_quotations", replace(&mut row.transcript_quotations, edit.transcript_quotations));
    set("audit_years", replace(&mut row.audit_years, edit.audit_years));
    set("second_factor_for_all", replace(&mut row.second_factor_for_all, edit.second_factor_for_all));
    if changed.is_empty() {
        tx.record(Event::of(Action::PracticeRead, row.id));
        return Ok(store::view(tx, row)?);
    }
    if changed.iter().any(|name| DEAR.contains(name)) {
        fresh(tx).await?;
    }
    row.revision += 1;
    if !store::update(tx, expected, row.clone()).await? {
        return Err(EditPracticeError::PreconditionFailed);
    }
    tx.record(Event::of(Action::PracticeEdited, row.id).naming(changed));
    Ok(store::view(tx, row)?)
}

/// Whether what was given is something else.
fn replace<T: PartialEq>(field: &mut T, given: Option<T>) -> bool {
    match given {
        Some(value) if value != *field => {
            *field = value;
            true
        }
        Some(_) | None => false,
    }
}

fn check(edit: &EditPractice) -> Result<(), Vec<FieldProblem>> {
    let mut checks = Checks::new();
    if let Some(name) = &edit.name {
        checks.text("name", name.reveal(), 200);
    }
    if let Some(place) = &edit.jurisdiction {
        checks.jurisdiction("jurisdiction", place);
    }
    if edit.time_zone.as_ref().and_then(Option::as_ref).is_some_and(|zone| !is_time_zone(zone)) {
        checks.refuse("time_zone", "invalid", "Please give a time zone such as America/Los_Angeles.");
    }
    if edit.locale.as_ref().and_then(Option::as_ref).is_some_and(|tag| !is_locale(tag)) {
        checks.refuse("locale", "invalid", "Please give a language such as en-US.");
    }
    if let Some(Some(address)) = &edit.privacy_contact {
        checks.email("privacy_contact", address.reveal().trim());
    }
    for (field, value, range) in [
        ("session_hours", edit.session_hours, SESSION_HOURS),
        ("idle_lock_minutes", edit.idle_lock_minutes, IDLE_LOCK_MINUTES),
        ("password_min_length", edit.password_min_length, PASSWORD_MIN_LENGTH),
        ("review_months", edit.review_months, REVIEW_MONTHS),
        ("recording_days", edit.recording_days.flatten(), RECORDING_DAYS),
        ("transcript_days", edit.transcript_days.flatten(), TRANSCRIPT_DAYS),
        ("audit_years", edit.audit_years, AUDIT_YEARS),
    ] {
        if let Some(value) = value {
            checks.number(field, value, range);
        }
    }
    checks.done()
}
