//! Incidents with what is kept about people, and the duties of a breach (45 CFR 164.400-414).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, IncidentId, Phi, UserId, retention::Certainty};

words! {
    /// What sort of event it is.
    pub enum IncidentKind {
        /// Somebody saw what they had no reason to see.
        UnauthorizedAccess => "unauthorized_access",
        /// Something went to somebody else than was meant.
        WrongRecipient => "wrong_recipient",
        /// A device, a paper or an account is lost or stolen.
        LostOrStolen => "lost_or_stolen",
        /// Somebody broke in, or a program did.
        Attack => "attack",
        /// Somebody who works for the practice reported it of their side.
        Vendor => "vendor",
        /// An AI system did what it should not.
        Ai => "ai",
        /// Something else.
        Other => "other",
    }
}

words! {
    /// How grave it is, as whoever opened it sees it.
    pub enum IncidentSeverity {
        /// Little.
        Low => "low",
        /// Some.
        Medium => "medium",
        /// Much.
        High => "high",
        /// Everything else waits.
        Critical => "critical",
    }
}

words! {
    /// How far it is.
    pub enum IncidentState {
        /// Nobody has decided whether it is a breach: until then it is presumed to be one.
        Open => "open",
        /// It was decided.
        Assessed => "assessed",
        /// Its cause is known, and what there was to do is done.
        Closed => "closed",
    }
}

words! {
    /// As what the practice held what it is about.
    pub enum ActsAs {
        /// For itself: it tells the people.
        CoveredEntity => "covered_entity",
        /// For another, who tells the people and is told by it (164.410).
        BusinessAssociate => "business_associate",
    }
}

words! {
    /// What was decided (164.402).
    pub enum BreachDecision {
        /// It is a breach.
        Breach => "breach",
        /// What it is about was encrypted or destroyed, and no key is gone: no duty.
        Secured => "secured",
        /// Somebody of the practice saw it in good faith and within their work, and nothing came of it: (1)(i).
        GoodFaith => "good_faith",
        /// One who may see such things showed it to another of the same place, and nothing came of it: (1)(ii).
        Inadvertent => "inadvertent",
        /// Whoever got it could not keep it: (1)(iii).
        NotRetained => "not_retained",
        /// The four factors show a low probability that it was compromised: (2).
        LowProbability => "low_probability",
    }
}

words! {
    /// What is at least to be considered (164.402(2)(i)-(iv)).
    pub enum BreachFactor {
        /// What it was, and how easily it says who it is about.
        NatureAndExtent => "nature_and_extent",
        /// Who got it or used it.
        Recipient => "recipient",
        /// Whether it was really acquired or seen.
        AcquiredOrViewed => "acquired_or_viewed",
        /// How far the risk was made smaller.
        Mitigation => "mitigation",
    }
}

words! {
    /// How much of a risk a factor is.
    pub enum RiskRating {
        /// Little.
        Low => "low",
        /// Some.
        Medium => "medium",
        /// Much.
        High => "high",
    }
}

words! {
    /// Who has to be told.
    pub enum Duty {
        /// Everybody whom it is about (164.404).
        Individuals => "individuals",
        /// Media of a state (164.406).
        Media => "media",
        /// The Secretary of Health and Human Services, with the individuals (164.408(b)).
        HhsAtOnce => "hhs_at_once",
        /// The same, after the year (164.408(c)).
        HhsYearly => "hhs_yearly",
        /// Whoever it was held for (164.410).
        CoveredEntity => "covered_entity",
    }
}

words! {
    /// How a law-enforcement official said that telling would impede an investigation (164.412).
    pub enum StatementForm {
        /// In writing, with the time for which it would.
        Written => "written",
        /// Orally: for thirty days at most.
        Oral => "oral",
    }
}

/// `POST /governance/incidents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    /// What sort of event it is.
    pub kind: IncidentKind,
    /// How grave it is.
    pub severity: IncidentSeverity,
    /// What happened: up to 4,000 characters.
    pub what: Phi<String>,
    /// When it happened, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<DateTime<Utc>>,
    /// When anybody of the practice first knew of it, or would have with reasonable diligence.
    pub discovered_at: DateTime<Utc>,
    /// As what the practice held what it is about.
    pub acts_as: ActsAs,
    /// Days that the contract with whoever it is held for gives, of a business associate: 1 to 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_days: Option<u32>,
}

/// `POST /governance/incidents/{id}/entries`: what is added to the timeline. Nothing of it is changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum IncidentEntry {
    /// Something to know.
    Noted(Noted),
    /// Somebody knew of it earlier.
    Discovered(Discovered),
    /// How many people it is about.
    Counted(Counted),
    /// Whether it is a breach. Takes the place of what was decided before, which stays here.
    Assessed(Assessment),
    /// A law-enforcement official asks to wait.
    Delayed(Delay),
    /// Somebody was told.
    Told(Told),
    /// The end of it.
    Closed(Closing),
}

impl IncidentEntry {
    /// Its word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Noted(_) => "noted",
            Self::Discovered(_) => "discovered",
            Self::Counted(_) => "counted",
            Self::Assessed(_) => "assessed",
            Self::Delayed(_) => "delayed",
            Self::Told(_) => "told",
            Self::Closed(_) => "closed",
        }
    }
}

/// Something to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// What: up to 4,000 characters.
    pub words: Phi<String>,
}

/// Somebody knew of it earlier than was thought; never later (164.404(a)(2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Discovered {
    /// When.
    pub discovered_at: DateTime<Utc>,
    /// Who, and how one knows: up to 2,000 characters.
    pub words: Phi<String>,
}

/// How many people it is about. Each count takes the place of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// By the state or jurisdiction of which they are residents, e.g. `US-CA`: the sum is all of them.
    pub residents: BTreeMap<String, u32>,
    /// Those of them who are clients here, as far as somebody has confirmed them.
    #[serde(default)]
    pub clients: Vec<ClientId>,
}

impl Counted {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.residents.values().copied().map(u64::from).sum()
    }
}

/// Whether it is a breach, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// What was decided.
    pub decision: BreachDecision,
    /// Why: up to 4,000 characters.
    pub reasons: Phi<String>,
    /// What was found of each factor. A low probability asks for all four; whatever else is decided, for none.
    #[serde(default)]
    pub factors: Vec<FactorFinding>,
}

/// What was found of one factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FactorFinding {
    /// Which.
    pub factor: BreachFactor,
    /// What: up to 2,000 characters.
    pub finding: Phi<String>,
    /// How much of a risk it is.
    pub rating: RiskRating,
}

/// A statement of a law-enforcement official.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// How it was made.
    pub form: StatementForm,
    /// The day on which it was.
    pub said_on: NaiveDate,
    /// The last day of the time that a written one names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Who made it, and what it says: up to 2,000 characters.
    pub words: Phi<String>,
}

/// That somebody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Who.
    pub duty: Duty,
    /// Of which state, of media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The day on which the last of them was.
    pub on: NaiveDate,
    /// How, and what proves it: up to 2,000 characters.
    pub words: Phi<String>,
}

/// The end of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Why it could happen: up to 4,000 characters.
    pub cause: Phi<String>,
    /// What was changed so that it does not again: up to 4,000 characters.
    pub correction: Phi<String>,
}

/// Something that has to be done by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DutyView {
    /// Who has to be told.
    pub duty: Duty,
    /// Of which state, of media.
    pub place: Option<String>,
    /// The day from which it counts, in the practice's time zone.
    pub from: NaiveDate,
    /// The last day on which it is in time. It is to be done without unreasonable delay: this is no target.
    pub due_on: NaiveDate,
    /// The last day of the time for which a law-enforcement official asked to wait, where that moves it.
    pub waits_until: Option<NaiveDate>,
    /// Days until then; negative once it is over.
    pub days_left: i64,
    /// Days on which whoever answers for it is to look at it again, as far as they lie ahead.
    pub looks: Vec<NaiveDate>,
    /// The day on which it was done.
    pub done_on: Option<NaiveDate>,
    /// Whether it was done, or is not yet, after the last day.
    pub late: bool,
    /// Whether it stands here only because nobody has counted the people yet.
    pub assumed: bool,
    /// Where it is written.
    pub citation: String,
    /// What it says.
    pub asks: String,
    /// Where that was read.
    pub source: String,
    /// How sure it is.
    pub certainty: Certainty,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// When it was added.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: UserId,
    /// What.
    pub entry: IncidentEntry,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentView {
    /// Its id.
    pub id: IncidentId,
    /// How far it is.
    pub state: IncidentState,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// By whom.
    pub opened_by: UserId,
    /// As it was opened.
    pub opened: NewIncident,
    /// The earliest that anybody knew of it, as far as is known now.
    pub discovered_at: DateTime<Utc>,
    /// How many people it is about; `null`: nobody has counted.
    pub counted: Option<Counted>,
    /// What was decided; `null`: nothing, and a breach is presumed.
    pub assessment: Option<Assessment>,
    /// How it ended.
    pub closing: Option<Closing>,
    /// What has to be done, the first due first.
    pub duties: Vec<DutyView>,
    /// What came after it was opened, in this order.
    pub timeline: Vec<TimelineEntry>,
    /// The time zone in which days are counted.
    pub time_zone: String,
    /// Where the practice works.
    pub jurisdiction: String,
    /// The day on which the rules were last compared with their sources.
    pub rules_looked_at: NaiveDate,
}
