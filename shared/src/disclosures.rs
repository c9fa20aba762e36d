//! The register of disclosures, of which a client may have an accounting (45 CFR 164.528).
//!
//! What was disclosed for treatment, payment or health care operations, to the person, or with their authorization needs
//! no accounting (164.528(a)(1)) and is not in it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, DisclosureId, Phi, UserId, record_requests::ExportFormat};

/// So many months back an accounting goes: six years (164.528(a)(1)).
pub const MONTHS: u32 = 72;

words! {
    /// On which ground something was disclosed (164.512). It goes into the accounting.
    pub enum DisclosurePurpose {
        /// Public health activities: 164.512(b).
        PublicHealth => "public_health",
        /// A report of abuse, neglect or domestic violence: 164.512(b)(1)(ii), (c).
        AbuseReport => "abuse_report",
        /// Oversight of health care by an agency: 164.512(d).
        HealthOversight => "health_oversight",
        /// A court's order, or a subpoena: 164.512(e).
        Court => "court",
        /// Law enforcement: 164.512(f).
        LawEnforcement => "law_enforcement",
        /// A coroner, a medical examiner, a funeral director: 164.512(g).
        Coroner => "coroner",
        /// Research without authorization: 164.512(i).
        Research => "research",
        /// To avert a serious threat: 164.512(j).
        SeriousThreat => "serious_threat",
        /// Workers' compensation: 164.512(l).
        WorkersCompensation => "workers_compensation",
        /// Another, said in words; also what should not have been disclosed.
        Other => "other",
    }
}

impl DisclosurePurpose {
    /// Whether the agency that it was disclosed to may ask that it is left out of an accounting for a time
    /// (164.528(a)(2)).
    pub const fn can_be_suspended(self) -> bool {
        matches!(self, Self::HealthOversight | Self::LawEnforcement)
    }
}

/// `POST /clients/{id}/disclosures`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDisclosure {
    /// The day; of several to the same recipient for one purpose the first.
    pub disclosed_on: NaiveDate,
    /// To whom: up to 500 characters.
    pub recipient: Phi<String>,
    /// Their address, if known: up to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Phi<String>>,
    /// What was disclosed, in brief: up to 1,000 characters.
    pub what: Phi<String>,
    /// On which ground.
    pub purpose: DisclosurePurpose,
    /// The purpose in words, or the written request for it: up to 4,000 characters. Needed of another purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Phi<String>>,
    /// How often, of several (164.528(b)(3)): `weekly`, or `12 times`; up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Phi<String>>,
    /// The last day, of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_on: Option<NaiveDate>,
    /// The last day on which it is left out of an accounting, because the agency has asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_until: Option<NaiveDate>,
    /// Who of the agency asked for that, when, in writing or by word of mouth: up to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_words: Option<Phi<String>>,
}

/// `POST /disclosures/{id}/correct`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectDisclosure {
    /// What stands there from now on; `null` if there was no such disclosure.
    pub instead: Option<NewDisclosure>,
}

/// Filters of `GET /clients/{id}/disclosures`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct DisclosureFilter {
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// To this day.
    pub to: Option<NaiveDate>,
}

words! {
    /// What an accounting is taken away as.
    pub enum AccountingFormat {
        /// To be read and printed.
        Pdf => "pdf",
        /// Plain text.
        Text => "text",
    }
}

/// `GET /clients/{id}/disclosures/accounting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct AccountingQuery {
    /// As what; PDF when left out.
    pub format: Option<AccountingFormat>,
    /// From this day on; the six years before the last day when left out.
    pub from: Option<NaiveDate>,
    /// To this day; today when left out.
    pub to: Option<NaiveDate>,
}

impl AccountingQuery {
    /// As what.
    pub fn format(self) -> ExportFormat {
        match self.format {
            None | Some(AccountingFormat::Pdf) => ExportFormat::Pdf,
            Some(AccountingFormat::Text) => ExportFormat::Text,
        }
    }
}

/// Something that was disclosed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisclosureView {
    /// Its id.
    pub id: DisclosureId,
    /// Whose.
    pub client_id: ClientId,
    /// When; of several the first time.
    pub disclosed_on: NaiveDate,
    /// To whom.
    pub recipient: Phi<String>,
    /// Their address.
    pub address: Option<Phi<String>>,
    /// What.
    pub what: Phi<String>,
    /// On which ground.
    pub purpose: DisclosurePurpose,
    /// The purpose in words, or the written request.
    pub words: Option<Phi<String>>,
    /// How often, of several.
    pub frequency: Option<Phi<String>>,
    /// The last time, of several.
    pub last_on: Option<NaiveDate>,
    /// The last day on which it is left out of an accounting.
    pub suspended_until: Option<NaiveDate>,
    /// Who asked for that.
    pub suspended_words: Option<Phi<String>>,
    /// The entry that this one corrects.
    pub corrects: Option<DisclosureId>,
    /// The entry that corrects this one: that one counts.
    pub corrected_by: Option<DisclosureId>,
    /// It says of the entry that it corrects that there was no such disclosure.
    pub struck: bool,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: UserId,
}

/// A page of the register of one client, the last disclosure first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisclosureRegister {
    /// The entries.
    pub items: Vec<DisclosureView>,
    /// Give this as `cursor` to go on; `null` at the end.
    pub next_cursor: Option<String>,
    /// When an accounting was made the last time: the first in twelve months is free (164.528(c)(2)).
    pub last_accounting_at: Option<DateTime<Utc>>,
}
