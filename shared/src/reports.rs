//! What AI did in a practice in a span of days, and the report on it that an outsider can check.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AiSystemId, PracticeId,
    audit::TrailHead,
    decisions::AiOrderView,
    governance::{AiPurpose, AiSystemState},
};

/// The most days of a span: two years with a leap day.
pub const MOST_DAYS: i64 = 731;

/// `GET /governance/summary` and `GET /governance/report`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first day, where the practice is; a month ago if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day; today if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// Calls by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiOutcomes {
    /// They answered.
    pub succeeded: u64,
    /// A rule forbade them.
    pub refused: u64,
    /// They failed, or nobody knows how they ended.
    pub failed: u64,
}

/// What one system did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiUse {
    /// Which.
    pub system_id: AiSystemId,
    /// Its name.
    pub name: String,
    /// Who runs it.
    pub vendor: String,
    /// What it is used for.
    pub purpose: AiPurpose,
    /// Whether nothing of what goes in leaves the computer.
    pub local: bool,
    /// Whether it may be called now.
    pub state: AiSystemState,
    /// Since when there is an agreement with whoever runs it.
    pub agreement_on: Option<NaiveDate>,
    /// The last day of it; `null`: it has no end.
    pub agreement_until: Option<NaiveDate>,
    /// Its version now.
    pub version: String,
    /// Its calls.
    pub calls: AiOutcomes,
    /// Milliseconds of sound that it heard.
    pub sound_ms: u64,
    /// Tokens that it read.
    pub input_tokens: u64,
    /// Tokens that it wrote.
    pub output_tokens: u64,
    /// What that cost, in millionths of a US dollar, as far as there are prices.
    pub cost_micro_usd: u64,
}

/// The calls of a day, or of a month where the span is longer than two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiBar {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last.
    pub until: NaiveDate,
    /// Its calls.
    pub calls: AiOutcomes,
    /// What they cost, in millionths of a US dollar.
    pub cost_micro_usd: u64,
}

/// Why calls were refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiReason {
    /// The code.
    pub code: String,
    /// In how many calls.
    pub calls: u64,
}

/// What AI did in a practice in a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiSummary {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The rules that decide now, as in a decision.
    pub rules: String,
    /// Every system of the practice.
    pub systems: Vec<AiUse>,
    /// The calls over time.
    pub bars: Vec<AiBar>,
    /// Why calls were refused or failed, the most frequent first.
    pub reasons: Vec<AiReason>,
    /// The orders that were in force on one of these days.
    pub orders: Vec<AiOrderView>,
}

/// A file of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// What the server signs of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportManifest {
    /// Of which practice.
    pub practice_id: PracticeId,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// When it was made: of what was called later, nothing is in it.
    pub at: DateTime<Utc>,
    /// The software that made it, with its version.
    pub software: String,
    /// Every file but the manifest.
    pub files: Vec<ReportFile>,
    /// How many calls are in it.
    pub calls: u64,
    /// The root of the Merkle tree over their lines (RFC 9162), in hexadecimal.
    pub calls_root: String,
    /// The end of the audit trail's chain then. The same stands in its anchors and in the daily mails.
    pub head: Option<TrailHead>,
}

/// Whoever has this can take a report away: `POST /governance/report`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportTicket {
    /// Where it is.
    pub url: String,
    /// For how many seconds.
    pub expires_in: u64,
}
