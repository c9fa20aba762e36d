//! What a client's fields may hold.

use chrono::{Datelike, NaiveDate};
use shared::{Phi, errors::Checks};

/// Most characters of a name.
const NAME: usize = 100;
/// Most characters of the other fields.
const SHORT: usize = 100;
/// Nobody alive was born before this year.
const FIRST_YEAR: i32 = 1880;

pub(super) fn name(checks: &mut Checks, field: &str, value: &Phi<String>) {
    checks.text(field, value.reveal(), NAME);
}

pub(super) fn email(checks: &mut Checks, value: Option<&Phi<String>>) {
    if let Some(email) = value {
        checks.email("email", email.reveal());
    }
}

/// Telephone, pronouns, external id: not empty when given.
pub(super) fn short(checks: &mut Checks, field: &str, value: Option<&Phi<String>>) {
    if let Some(text) = value {
        checks.text(field, text.reveal(), SHORT);
    }
}

pub(super) fn date_of_birth(checks: &mut Checks, value: Option<&Phi<NaiveDate>>, today: NaiveDate) {
    // It may be tomorrow already where the clinician is.
    let latest = today.succ_opt().unwrap_or(today);
    if value.is_some_and(|date| *date.reveal() > latest || date.reveal().year() < FIRST_YEAR) {
        checks.refuse("date_of_birth", "invalid", "Please check this date.");
    }
}
