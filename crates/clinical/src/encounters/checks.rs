//! What a session's fields may hold.

use chrono::{DateTime, Utc};
use shared::{Phi, errors::Checks};

/// Most others in the room who are noted.
const PARTICIPANTS: usize = 20;

pub(super) fn times(checks: &mut Checks, started_at: Option<DateTime<Utc>>, ended_at: Option<DateTime<Utc>>) {
    if let (Some(start), Some(end)) = (started_at, ended_at)
        && end < start
    {
        checks.refuse("ended_at", "before_start", "The session ends before it begins.");
    }
}

/// CPT and HCPCS codes have five characters; other countries' are of similar length.
pub(super) fn code(checks: &mut Checks, value: Option<&str>) {
    if let Some(code) = value {
        let looks_right =
            (3..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !looks_right {
            checks.refuse("cpt_code", "invalid", "Please give a billing code such as 90834.");
        }
    }
}

pub(super) fn participants(checks: &mut Checks, value: &[Phi<String>]) {
    if value.len() > PARTICIPANTS {
        checks.refuse("participants", "too_many", "At most 20.");
    }
    for participant in value.iter().take(PARTICIPANTS) {
        checks.text("participants", participant.reveal(), 200);
    }
}
