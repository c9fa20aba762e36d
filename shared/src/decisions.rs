//! Whether an AI call is allowed, and why not: the rules, what decides them, and what a practice has ordered.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AiOrderId, EncounterId, Phi, UserId, errors::ErrorCode, governance::AiData, retention::Certainty,
};

words! {
    /// What is looked at before every AI call, in this order.
    pub enum AiRule {
        /// The practice has not stopped all AI.
        NotStopped => "not_stopped",
        /// The system that the practice uses is set up on this server.
        SetUp => "set_up",
        /// The practice has it switched on.
        SwitchedOn => "switched_on",
        /// Where the practice works, clients agree to AI in writing first, and every client in the session has.
        WrittenConsent => "written_consent",
        /// Where the practice works, clients are told of AI first, and every client in the session was.
        Notice => "notice",
        /// Sound goes to a system only while every client in the session agrees to the recording.
        Recording => "recording",
        /// No client in the session has taken their agreement to AI back.
        Agreement => "agreement",
        /// Whoever runs a system elsewhere has an agreement that is in force (45 CFR 164.504(e)).
        Vendor => "vendor",
        /// Where the practice has pinned a version, it is that one.
        Version => "version",
        /// What the system has cost this month is under what the practice allows.
        Budget => "budget",
    }
}

words! {
    /// What a rule says of a call.
    pub enum AiVerdict {
        /// It is kept.
        Kept => "kept",
        /// It forbids the call.
        Broken => "broken",
        /// It asks for nothing here.
        NotAsked => "not_asked",
        /// It depends on the session.
        Depends => "depends",
    }
}

/// What one rule says of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiCheck {
    /// Which.
    pub rule: AiRule,
    /// What it says.
    pub verdict: AiVerdict,
    /// The code with which it refuses.
    pub code: Option<ErrorCode>,
    /// The laws that ask for it where the practice works, by their keys in `GET /governance/rules`.
    pub laws: Vec<String>,
}

/// `GET /governance/systems/{id}/decision`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AskDecision {
    /// For which session; without one, what depends on the session stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encounter_id: Option<EncounterId>,
    /// Whose data would go in.
    #[serde(default)]
    pub data: AiData,
}

/// Whether a call would be allowed now. Nothing is called, and no row is written into the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiDecision {
    /// Whether no rule forbids it.
    pub allowed: bool,
    /// Every rule, in the order in which they are looked at.
    pub checks: Vec<AiCheck>,
    /// By which rules: when they were collected, where the practice works, and what it has set aside.
    pub rules: String,
}

words! {
    /// How a rule of a place is kept.
    pub enum RuleKind {
        /// Before every call: clients have agreed to AI in writing.
        WrittenConsent => "written_consent",
        /// Before every call: clients have been told of AI.
        Notice => "notice",
        /// Before every call on sound: everybody agrees to the recording.
        AllParties => "all_parties",
        /// Nothing is final before a licensed person has reviewed and signed it, whatever is set.
        Review => "review",
        /// What it forbids is not in the software.
        Never => "never",
        /// It asks for nothing of a system that writes notes. It is here to be known.
        Watched => "watched",
    }
}

/// A rule of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceRule {
    /// Stable key, e.g. `il.record_consent`.
    pub key: String,
    /// Where, e.g. `US-IL`; `US` for everywhere there.
    pub jurisdiction: String,
    /// Which law.
    pub law: String,
    /// From which day; `null`: long since, or not yet and only watched.
    pub since: Option<NaiveDate>,
    /// How it is kept.
    pub kind: RuleKind,
    /// What it asks for, in plain words.
    pub asks: String,
    /// How sure it is that it says so.
    pub certainty: Certainty,
    /// Where that was found.
    pub source: String,
}

/// A rule of a place, and whether it holds here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaceRuleView {
    /// The rule.
    pub rule: PlaceRule,
    /// Whether the practice works where it holds, and its day has come.
    pub here: bool,
    /// The order with which the practice has set it aside.
    pub set_aside: Option<AiOrderView>,
}

/// `GET /governance/rules`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaceRules {
    /// Where the practice works.
    pub jurisdiction: String,
    /// When they were collected from their sources.
    pub collected_on: NaiveDate,
    /// The order with which the practice has stopped all AI.
    pub stopped: Option<AiOrderView>,
    /// Those that hold here first.
    pub rules: Vec<PlaceRuleView>,
}

/// What a practice has ordered about AI: all of it stops, or a rule is set aside, until the order is ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiOrderView {
    /// Its id.
    pub id: AiOrderId,
    /// The rule that is set aside; `null`: all AI stops.
    pub rule: Option<String>,
    /// Why.
    pub reason: Phi<String>,
    /// Who ordered it.
    pub made_by: UserId,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Who ended it.
    pub ended_by: Option<UserId>,
    /// When.
    pub ended_at: Option<DateTime<Utc>>,
}

/// `PUT /governance/stop` and `PUT /governance/rules/{key}/set-aside`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAiOrder {
    /// Why: 1 to 1000 characters.
    pub reason: Phi<String>,
}
