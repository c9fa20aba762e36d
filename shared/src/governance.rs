//! AI governance: which systems there are, and every call that was made or refused.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{AiCallId, AiSystemId, EncounterId, Phi, UserId, clients::present, errors::ErrorCode};

words! {
    /// What a system is used for.
    pub enum AiPurpose {
        /// Speech to text.
        Transcription => "transcription",
        /// Telling voices apart.
        Speakers => "speakers",
        /// Drafting a note.
        Drafting => "drafting",
        /// Whatever programs of the practice ask a system of its own.
        Other => "other",
    }
}

words! {
    /// Whose data goes in.
    pub enum AiData {
        /// A client's.
        Client => "client",
        /// Nobody's: made up, to try a system out.
        Synthetic => "synthetic",
    }
}

words! {
    /// Whether a system may be called.
    pub enum AiSystemState {
        /// It may.
        Live => "live",
        /// It was switched off: every call is refused.
        Off => "off",
    }
}

words! {
    /// How a call ended.
    pub enum AiCallOutcome {
        /// It has begun and not ended.
        Started => "started",
        /// It answered.
        Succeeded => "succeeded",
        /// It answered with an error.
        Failed => "failed",
        /// It was not made: a rule forbade it.
        Refused => "refused",
        /// Nobody knows how it ended: the process was gone.
        Timeout => "timeout",
    }
}

impl Default for AiData {
    /// What is not known to be made up is somebody's.
    fn default() -> Self {
        Self::Client
    }
}

/// An AI system in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiSystemView {
    /// Its id.
    pub id: AiSystemId,
    /// Stable key, e.g. `local-whisper`.
    pub key: String,
    /// Name shown.
    pub name: String,
    /// Version, with the model.
    pub version: String,
    /// Who runs it, e.g. `this computer`.
    pub vendor: String,
    /// What it is used for.
    pub purpose: AiPurpose,
    /// Whether it may be called.
    pub state: AiSystemState,
    /// Whether nothing of what goes in leaves this computer.
    pub local: bool,
    /// Whether it is the one that the practice uses for its purpose.
    pub chosen: bool,
    /// Since when there is an agreement with whoever runs it (45 CFR 164.504(e)); a local one needs none.
    pub agreement_on: Option<NaiveDate>,
    /// The last day on which that is in force; `null`: it has no end.
    pub agreement_until: Option<NaiveDate>,
    /// The only version that may be called; `null`: any.
    pub pinned_version: Option<String>,
    /// What it may cost in a calendar month, in millionths of a US dollar; `null`: anything.
    pub monthly_budget_micro_usd: Option<u64>,
    /// What it has cost this month.
    pub spent_micro_usd: u64,
    /// What the practice has said of it, where it is a system of its own; `null`: it is part of this server.
    #[serde(default)]
    pub own: Option<OwnSystem>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// What a practice says of a system of its own, which its programs call by way of this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSystem {
    /// Below which address its `chat/completions` is.
    pub address: String,
    /// As what it knows its model.
    pub model: String,
    /// What it is used for, in the practice's own words.
    pub used_for: String,
    /// Whether it is shown a key. The key itself never leaves this server but to it.
    pub has_key: bool,
    /// What a million tokens cost that it reads, in millionths of a US dollar; `null`: unknown.
    pub million_input_tokens_micro_usd: Option<u64>,
    /// What a million tokens cost that it writes.
    pub million_output_tokens_micro_usd: Option<u64>,
}

/// `POST /governance/systems`: a system of the practice's own, that speaks OpenAI's `chat/completions`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterAiSystem {
    /// Name shown, 80 characters at most. What programs call it by is made of it.
    pub name: String,
    /// Who runs it.
    pub vendor: String,
    /// Below which address its `chat/completions` is, e.g. `https://api.example.com/v1`.
    pub address: String,
    /// As what it knows its model.
    pub model: String,
    /// What it is used for, 500 characters at most; nothing about a person.
    pub used_for: String,
    /// What it is shown as `Authorization: Bearer`; empty: nothing.
    #[serde(default)]
    pub key: Phi<String>,
    /// What a million tokens cost that it reads, in millionths of a US dollar.
    #[serde(default)]
    pub million_input_tokens_micro_usd: Option<u64>,
    /// What a million tokens cost that it writes.
    #[serde(default)]
    pub million_output_tokens_micro_usd: Option<u64>,
}

/// `POST /ai/chat/completions`: OpenAI's request, of which this server reads what is here; all else goes on as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatQuestion {
    /// The key of the system, e.g. `own-intake-assistant`.
    pub model: String,
    /// What is asked.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub messages: Phi<Vec<serde_json::Value>>,
    /// Whether the answer comes event by event.
    #[serde(default)]
    pub stream: bool,
    /// Whose data goes in: `encounter_id`, `client_id`, or `synthetic` (`"true"`); what else is here goes on.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: std::collections::BTreeMap<String, String>,
}

/// `PUT /governance/systems/{id}/key`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceAiSystemKey {
    /// What the system is shown from now on; empty: nothing.
    pub key: Phi<String>,
}

/// `PATCH /governance/systems/{id}`; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditAiSystem {
    /// On or off. One that is not on this computer is not switched on without an agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<AiSystemState>,
    /// `true` has the practice use it for its purpose from now on, in place of another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<bool>,
    /// The day on which the agreement with whoever runs it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_on: Option<NaiveDate>,
    /// The last day on which it is in force; `null`: it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub agreement_until: Option<Option<NaiveDate>>,
    /// `true` allows the version of today only, until `false` allows any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// What it may cost in a calendar month, in millionths of a US dollar; `null`: anything.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub monthly_budget_micro_usd: Option<Option<u64>>,
}

/// A system that may be used for one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSystem {
    /// Its id.
    pub id: AiSystemId,
    /// Name shown.
    pub name: String,
    /// Who runs it.
    pub vendor: String,
    /// What it would be used for.
    pub purpose: AiPurpose,
    /// Whether nothing of what goes in leaves this computer.
    pub local: bool,
    /// Whether it is the one that this session uses.
    pub used: bool,
    /// Whether it was chosen for this session, whatever the practice uses.
    pub chosen_here: bool,
    /// Why a call of it would be refused now; empty: it would be made.
    pub refused: Vec<ErrorCode>,
}

/// `PUT /encounters/{id}/ai-systems`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChooseForSession {
    /// What for: transcription or drafting.
    pub purpose: AiPurpose,
    /// Which; `null` leaves it to the practice.
    pub system_id: Option<AiSystemId>,
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AiCallView {
    /// Its id.
    pub id: AiCallId,
    /// Which system.
    pub system_id: AiSystemId,
    /// Its key.
    pub system_key: String,
    /// What for.
    pub purpose: AiPurpose,
    /// For which session; `null`: for none, by a program of the practice.
    pub encounter_id: Option<EncounterId>,
    /// Whose data went in.
    #[serde(default)]
    pub data: AiData,
    /// On whose behalf.
    pub user_id: Option<UserId>,
    /// How it ended.
    pub outcome: AiCallOutcome,
    /// Why it was refused or failed.
    pub reasons: Vec<String>,
    /// Version of the system at the time.
    pub version: String,
    /// By which rules it was decided, as in [`crate::decisions::AiDecision`]; empty before there were any.
    #[serde(default)]
    pub rules: String,
    /// Keyed hash of what went in, in hex: proves the input without holding it.
    pub input_hash: String,
    /// Keyed hash of what came out.
    pub output_hash: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took.
    pub latency_ms: Option<u64>,
    /// How much sound it heard.
    #[serde(default)]
    pub sound_ms: Option<u64>,
    /// How many tokens a model elsewhere read.
    #[serde(default)]
    pub input_tokens: Option<u64>,
    /// How many it wrote.
    #[serde(default)]
    pub output_tokens: Option<u64>,
    /// What that cost in millionths of a US dollar, by the prices that the operator has set; `null`: unknown.
    #[serde(default)]
    pub cost_micro_usd: Option<u64>,
    /// What it is called at the service that was asked, where something was left there.
    #[serde(default)]
    pub remote_id: Option<String>,
    /// When the service removed what was left there.
    #[serde(default)]
    pub remote_removed_at: Option<DateTime<Utc>>,
}
