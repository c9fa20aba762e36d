//! How long charts are kept: what the law asks for, what the practice has decided, and what that would remove.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChartRuleId, UserId};

/// Days until a rule that removes more than the one before is in force.
pub const RULE_WAITING_DAYS: i64 = 30;
/// Days between the moment a chart's time is found to be over and its deletion.
pub const PROPOSAL_DAYS: i64 = 30;
/// Days for which a chart that somebody keeps is not put up again.
pub const KEPT_DAYS: i64 = 365;
/// Years that a practice may keep a chart after the last contact, or after a client has come of age.
pub const CHART_YEARS: std::ops::RangeInclusive<i32> = 1..=50;
/// When a client comes of age.
pub const AGE_OF_MAJORITY: std::ops::RangeInclusive<i32> = 18..=25;

words! {
    /// What is kept. Notes, consents and whatever else came from a client are in their chart.
    pub enum RecordClass {
        /// A client's chart.
        Chart => "chart",
        /// What a client agreed to, which is in the chart.
        Consent => "consent",
        /// Who did what.
        Audit => "audit",
    }
}

words! {
    /// How sure it is that a rule says so.
    pub enum Certainty {
        /// Its text was read.
        Sure => "sure",
        /// Others say so.
        Likely => "likely",
        /// It is a guideline, or says something else for somebody.
        CheckWithCounsel => "check_with_counsel",
    }
}

/// How long the chart of somebody is kept who was a minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MinorsRule {
    /// The birthday on which they come of age: 18 to 25.
    pub age_of_majority: i32,
    /// Years after it: 0 to 50.
    pub years: i32,
}

impl MinorsRule {
    /// The birthday until which it is kept.
    pub const fn last_birthday(&self) -> i32 {
        self.age_of_majority + self.years
    }
}

/// How long a chart is kept: until both spans are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChartRule {
    /// Years after the last session, signature or addendum: 1 to 50.
    pub years: i32,
    /// Of somebody who was a minor.
    pub minors: MinorsRule,
}

impl ChartRule {
    /// Whether it keeps every chart at least as long as another.
    pub const fn keeps_as_long_as(&self, other: &Self) -> bool {
        self.years >= other.years && self.minors.last_birthday() >= other.minors.last_birthday()
    }
}

/// What a law or a guideline asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LegalMinimum {
    /// Where: `US`, or a state as `US-CA`.
    pub jurisdiction: String,
    /// Of what.
    pub class: RecordClass,
    /// Years after the last contact; of a consent after it last held.
    pub years: i32,
    /// Of minors, where it says something about them.
    pub minors: Option<MinorsRule>,
    /// The day since which it holds, if it is known.
    pub since: Option<NaiveDate>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it is written.
    pub source: String,
    /// What else it says.
    pub note: String,
}

/// `GET /retention`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionView {
    /// What is asked for where the practice works.
    pub minimums: Vec<LegalMinimum>,
    /// The day on which these were looked at.
    pub looked_at: NaiveDate,
    /// The shortest rule that fits all of them: a suggestion, and no advice.
    pub suggested: Option<ChartRule>,
    /// What the practice has decided; `null`: no chart is removed by its age.
    pub in_force: Option<ChartRuleView>,
    /// What it has decided since, which waits and can be withdrawn.
    pub waiting: Option<ChartRuleView>,
}

/// What a practice has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartRuleView {
    /// Its id.
    pub id: ChartRuleId,
    /// How long; `null`: charts stay.
    pub rule: Option<ChartRule>,
    /// Who decided.
    pub saved_by: UserId,
    /// When they did.
    pub saved_at: DateTime<Utc>,
    /// Since when, or from when, it is in force.
    pub effective_at: DateTime<Utc>,
}

/// `PUT /retention/chart-rule`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewChartRule {
    /// How long; `null`: charts stay.
    pub rule: Option<ChartRule>,
    /// Whether it is meant although it is shorter than what is asked for where the practice works.
    #[serde(default)]
    pub below_minimum: bool,
}

/// `POST /retention/preview`: what is left out, or `null`, is not counted.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewRetention {
    /// How long charts would be kept.
    #[serde(default)]
    pub chart_rule: Option<ChartRule>,
    /// How many days sound would be kept after the signature: 0 to 3650.
    #[serde(default)]
    pub recording_days: Option<i32>,
    /// How many days transcripts would be: 0 to 3650.
    #[serde(default)]
    pub transcript_days: Option<i32>,
}

/// What rules would remove, counted and not removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionPreview {
    /// Charts, if a rule for them was given.
    pub charts: Option<ChartsPreview>,
    /// Recordings whose sound would be removed now.
    pub recordings: Option<u64>,
    /// Transcripts that would be removed now.
    pub transcripts: Option<u64>,
}

/// Which charts a rule would remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartsPreview {
    /// The time of so many is over.
    pub over: u64,
    /// And of so many more within a year.
    pub over_in_a_year: u64,
    /// So many would stay because nobody knows when the client was born.
    pub without_date_of_birth: u64,
    /// So many would stay because they are on hold.
    pub on_hold: u64,
    /// The first of them would be deleted then, unless somebody keeps it.
    pub earliest: DateTime<Utc>,
}
