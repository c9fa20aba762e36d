//! What a practice sets for itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Phi, clients::present};

/// Hours that a sign-in may last: at most half a day (SP 800-63B-4 §2.2.3 allows 24 h at AAL2).
pub const SESSION_HOURS: std::ops::RangeInclusive<i32> = 1..=12;
/// Minutes without a touch after which the app may hide the screen.
pub const IDLE_LOCK_MINUTES: std::ops::RangeInclusive<i32> = 2..=60;
/// The fewest characters that a password may be asked to have (SP 800-63B-4 §3.1.1.2: 15 alone).
pub const PASSWORD_MIN_LENGTH: std::ops::RangeInclusive<i32> = 15..=64;
/// Days that a recording may be kept after its note was signed: up to ten years.
pub const RECORDING_DAYS: std::ops::RangeInclusive<i32> = 0..=3650;
/// Days that a transcript may be kept after its note was signed: up to ten years.
pub const TRANSCRIPT_DAYS: std::ops::RangeInclusive<i32> = 0..=3650;
/// Years that the audit trail is kept: never under six (45 CFR 164.316(b)(2)(i)).
pub const AUDIT_YEARS: std::ops::RangeInclusive<i32> = 6..=20;

/// `GET /practice`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeSettings {
    /// Its name.
    pub name: Phi<String>,
    /// Where it works, e.g. `US-CA`.
    pub jurisdiction: String,
    /// The IANA name of the zone that times are shown in; `null`: each reader's own.
    pub time_zone: Option<String>,
    /// How dates are written, e.g. `en-GB`; `null`: as each reader's browser does.
    pub locale: Option<String>,
    /// A sign-in ends after so many hours however much it is used: 1 to 12.
    pub session_hours: i32,
    /// The app hides the screen after so many minutes without a touch: 2 to 60.
    pub idle_lock_minutes: i32,
    /// The fewest characters of a new password: 15 to 64. Above 15 it also holds beside a second factor,
    /// where 8 would do.
    pub password_min_length: i32,
    /// Whether everybody needs a second factor, and not only those whose role opens much.
    pub second_factor_for_all: bool,
    /// After so many months somebody's access is looked at again: 1 to 24.
    pub review_months: i32,
    /// Who is told at once, beside the owners, when a chart is opened in an emergency.
    pub privacy_contact: Option<Phi<String>>,
    /// Whether everybody who treats here comes into the care team of a new client, and not only whoever adds
    /// them.
    pub share_new_clients: bool,
    /// The sound of a session is removed so many days after its note was signed: 0 to 3650; `null`: it stays.
    pub recording_days: Option<i32>,
    /// The transcript of a session is removed so many days after its note was signed, with the drafts that were made of
    /// it: 0 to 3650; `null`: it stays.
    pub transcript_days: Option<i32>,
    /// What of `recording_days` does not hold yet.
    pub recording_days_wait: Option<WaitingDays>,
    /// What of `transcript_days` does not hold yet.
    pub transcript_days_wait: Option<WaitingDays>,
    /// Whether up to 25 words are kept of each line that a signed note cites.
    pub transcript_quotations: bool,
    /// The audit trail is kept for so many years, by whole months: 6 to 20.
    pub audit_years: i32,
    /// Counts the changes; the `ETag`.
    pub revision: i32,
}

/// A rule that removes more of sessions than the one before holds only after so many days: time to think better of it.
pub const REMOVAL_WAITING_DAYS: i64 = 7;

/// A rule about the days that something of a session is kept, which does not hold yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingDays {
    /// From when it does.
    pub from: DateTime<Utc>,
    /// The days that hold until then; `null`: it stays.
    pub until_then: Option<i32>,
}

/// `PATCH /practice`: what is left out stays, what is `null` is each reader's own again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditPractice {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Phi<String>>,
    /// Where it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// The zone that times are shown in.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub time_zone: Option<Option<String>>,
    /// How dates are written.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub locale: Option<Option<String>>,
    /// Hours of a sign-in; holds for new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_hours: Option<i32>,
    /// Minutes until the screen is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_lock_minutes: Option<i32>,
    /// The fewest characters of a new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_min_length: Option<i32>,
    /// Whether everybody needs a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_for_all: Option<bool>,
    /// Months until somebody's access is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_months: Option<i32>,
    /// Who is told of emergency access.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub privacy_contact: Option<Option<Phi<String>>>,
    /// Who comes into the care team of a new client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_new_clients: Option<bool>,
    /// Days until the sound of a session is removed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>))]
    pub recording_days: Option<Option<i32>>,
    /// Days until the transcript of a session is removed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>))]
    pub transcript_days: Option<Option<i32>>,
    /// Whether a few words are kept of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript_quotations: Option<bool>,
    /// Years that the audit trail is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_years: Option<i32>,
}

/// `POST /practice/export` answers with this and a cookie that opens the address for a while, because a browser that
/// saves a file sends no header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportTicket {
    /// Where the archive is.
    pub url: String,
    /// Seconds the ticket lasts.
    pub expires_in: u64,
}
