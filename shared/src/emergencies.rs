//! Emergency access to one client's chart (45 CFR 164.312(a)(2)(ii)): begun with a reason, seen by everybody
//! who answers for the practice, attested and decided afterwards.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, EmergencyAccessId, Phi, UserId};

/// For how many minutes a chart opens.
pub const EMERGENCY_MINUTES: i64 = 60;

words! {
    /// What a reviewer found.
    pub enum Verdict {
        /// It was needed.
        Justified => "justified",
        /// It was not, and somebody follows that up.
        NotJustified => "not_justified",
    }
}

/// `POST /emergency-access/search`: both names and the date of birth, exactly; or the external id.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindInEmergency {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Phi<String>>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<Phi<String>>,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// The id that another system knows them by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Phi<String>>,
}

/// Somebody who was found: no more than tells two apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundInEmergency {
    /// Who.
    pub id: ClientId,
    /// E.g. `M. Q.`
    pub initials: Phi<String>,
}

/// `POST /clients/{id}/emergency-access`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginEmergency {
    /// Why it cannot wait for somebody who is in care of the client.
    pub reason: Phi<String>,
}

/// `POST /emergency-access/{id}/attestation`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// What was looked at, and what came of it.
    pub text: Phi<String>,
}

/// `POST /emergency-access/{id}/decision`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideEmergency {
    /// What was found.
    pub verdict: Verdict,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Phi<String>>,
}

/// An emergency access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmergencyView {
    /// Its id; what was done under it is in the audit trail with this.
    pub id: EmergencyAccessId,
    /// By whom.
    pub user_id: UserId,
    /// Their name.
    pub user_name: Phi<String>,
    /// Whose chart.
    pub client_id: ClientId,
    /// Why.
    pub reason: Phi<String>,
    /// When.
    pub begun_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether the chart is open now.
    pub active: bool,
    /// What the person says of it afterwards.
    pub attestation: Option<Phi<String>>,
    /// When they said so.
    pub attested_at: Option<DateTime<Utc>>,
    /// What a reviewer found.
    pub verdict: Option<Verdict>,
    /// Why.
    pub verdict_note: Option<Phi<String>>,
    /// Who that was.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}
