//! Requests for a client's records (45 CFR 164.524): received, answered within thirty days.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, Phi, RecordRequestId, UserId, requests::Extension};

/// Days in which a request is answered (164.524(b)(2)(i)).
pub const ANSWER_DAYS: u64 = 30;

words! {
    /// Who asks.
    pub enum Asker {
        /// The client.
        Client => "client",
        /// Whoever may act for the client (164.502(g)).
        Representative => "personal_representative",
        /// Somebody else, to whom the client has it sent, in writing and signed (164.524(c)(3)(ii)).
        ThirdParty => "third_party",
    }
}

words! {
    /// In which form it is asked for (164.524(c)(2)).
    pub enum RecordForm {
        /// To be read.
        Pdf => "pdf",
        /// For another program: FHIR R4.
        Fhir => "fhir",
        /// Both.
        Both => "both",
    }
}

words! {
    /// How far it is.
    pub enum RecordRequestState {
        /// Waiting for an answer.
        Received => "received",
        /// The records were handed over.
        Fulfilled => "fulfilled",
        /// Refused, on a ground that the rule names.
        Denied => "denied",
        /// Taken back by whoever asked.
        Withdrawn => "withdrawn",
    }
}

words! {
    /// On which ground access may be denied. There is no other.
    pub enum DenialGround {
        /// Psychotherapy notes: 164.524(a)(1)(i).
        PsychotherapyNotes => "psychotherapy_notes",
        /// Compiled for a legal proceeding: 164.524(a)(1)(ii).
        LegalProceeding => "legal_proceeding",
        /// A copy would put an inmate or others at risk: 164.524(a)(2)(ii).
        Inmate => "inmate",
        /// Of research that goes on, as was agreed: 164.524(a)(2)(iii).
        Research => "research",
        /// The Privacy Act denies it: 164.524(a)(2)(iv).
        PrivacyAct => "privacy_act",
        /// Told in confidence by somebody else: 164.524(a)(2)(v).
        ConfidentialSource => "confidential_source",
        /// Likely to endanger somebody's life or physical safety: 164.524(a)(3)(i).
        Endangerment => "endangerment",
        /// Likely to cause substantial harm to another person named in it: 164.524(a)(3)(ii).
        HarmToAnother => "harm_to_another",
        /// Asked by a representative, and likely to cause substantial harm: 164.524(a)(3)(iii).
        HarmByRepresentative => "harm_by_representative",
    }
}

impl DenialGround {
    /// Whether whoever asked may have the denial reviewed by a licensed professional who took no part in it
    /// (164.524(a)(3) and (4)).
    pub const fn is_reviewable(self) -> bool {
        matches!(self, Self::Endangerment | Self::HarmToAnother | Self::HarmByRepresentative)
    }
}

/// `POST /clients/{id}/record-requests`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRecordRequest {
    /// Who asks.
    pub asker: Asker,
    /// Who that is and where it is to go, if it is not the client: up to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker_words: Option<Phi<String>>,
    /// The day on which it came: the clock begins then.
    pub received_on: NaiveDate,
    /// In which form.
    pub form: RecordForm,
    /// The first day that is asked for; everything before as well when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day that is asked for; everything since as well when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// `POST /record-requests/{id}/deny`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DenyRecordRequest {
    /// On which ground.
    pub ground: DenialGround,
    /// What the person was told in writing: the basis, how to have it reviewed, how to complain
    /// (164.524(d)(2)); up to 4,000 characters.
    pub words: Phi<String>,
    /// The day on which they were told.
    pub told_on: NaiveDate,
}

/// `POST /record-requests/{id}/fulfil`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FulfilRecordRequest {
    /// How and to whom it was handed over: up to 1,000 characters.
    pub words: Phi<String>,
}

/// A refusal on one of the grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Denial {
    /// Which.
    pub ground: DenialGround,
    /// Whether the person may have it reviewed.
    pub reviewable: bool,
    /// What they were told.
    pub words: Phi<String>,
    /// When.
    pub told_on: NaiveDate,
}

/// A request for a client's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordRequestView {
    /// Its id.
    pub id: RecordRequestId,
    /// Whose records.
    pub client_id: ClientId,
    /// Their name.
    pub client_name: Phi<String>,
    /// How far it is.
    pub state: RecordRequestState,
    /// Who asks.
    pub asker: Asker,
    /// Who that is and where it is to go.
    pub asker_words: Option<Phi<String>>,
    /// When it came.
    pub received_on: NaiveDate,
    /// In which form it is asked for.
    pub form: RecordForm,
    /// From which day on; all before as well without one.
    pub from: Option<NaiveDate>,
    /// To which day; all since as well without one.
    pub to: Option<NaiveDate>,
    /// The last day to answer.
    pub due_on: NaiveDate,
    /// How many days that is from today (UTC), below zero when it is over; of one that waits.
    pub days_left: Option<i64>,
    /// The extension, if there was one.
    pub extension: Option<Extension>,
    /// Why it was denied, if it was.
    pub denial: Option<Denial>,
    /// How it was handed over, if it was.
    pub handed_over: Option<Phi<String>>,
    /// When it was answered or withdrawn.
    pub settled_at: Option<DateTime<Utc>>,
    /// By whom.
    pub settled_by: Option<UserId>,
}

words! {
    /// What a record, or a note, is taken away as.
    pub enum ExportFormat {
        /// To be read and printed.
        Pdf => "pdf",
        /// For another program: FHIR R4 as JSON.
        Fhir => "fhir",
        /// Plain text.
        Text => "text",
    }
}

/// The form of an export: `?format=`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct ExportQuery {
    /// Which; PDF when left out.
    pub format: Option<ExportFormat>,
}

impl ExportQuery {
    /// Which.
    pub fn format(self) -> ExportFormat {
        self.format.unwrap_or(ExportFormat::Pdf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_grounds_that_a_professional_weighs_are_reviewable() {
        let reviewable: Vec<_> =
            DenialGround::ALL.iter().filter(|ground| ground.is_reviewable()).map(|it| it.as_str()).collect();
        assert_eq!(reviewable, ["endangerment", "harm_to_another", "harm_by_representative"]);
    }
}
