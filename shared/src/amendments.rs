//! Requests of a client that their record be changed (45 CFR 164.526): received, acted on within sixty days.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{AddendumId, AmendmentId, ClientId, NoteId, Phi, UserId, requests::Extension};

/// Days in which it is acted on (164.526(b)(2)(i)).
pub const ACT_DAYS: u64 = 60;

words! {
    /// How far it is.
    pub enum AmendmentState {
        /// Waiting for an answer.
        Received => "received",
        /// The record was changed, or added to.
        Accepted => "accepted",
        /// Refused, on a ground that the rule names.
        Denied => "denied",
        /// Taken back by whoever asked.
        Withdrawn => "withdrawn",
    }
}

words! {
    /// On which ground a change may be denied. There is no other.
    pub enum AmendmentGround {
        /// Not created here, and whoever created it can still be asked: 164.526(a)(2)(i).
        NotCreatedHere => "not_created_here",
        /// Not part of the designated record set: 164.526(a)(2)(ii).
        NotInRecordSet => "not_in_record_set",
        /// Not available for inspection under 164.524: 164.526(a)(2)(iii).
        NotForInspection => "not_for_inspection",
        /// Accurate and complete: 164.526(a)(2)(iv).
        AccurateAndComplete => "accurate_and_complete",
    }
}

words! {
    /// What follows an answer, and is kept with it.
    pub enum PaperKind {
        /// Why the person disagrees with a denial (164.526(d)(2)).
        Statement => "statement",
        /// What the practice says to that; the person gets a copy (164.526(d)(3)).
        Rebuttal => "rebuttal",
        /// Who else was told of a change, as the person wished (164.526(c)(3)).
        OthersTold => "others_told",
    }
}

/// `POST /clients/{id}/amendments`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAmendment {
    /// The signed note of the client's own chart that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_id: Option<NoteId>,
    /// What is to be changed, and to what: up to 4,000 characters.
    pub change: Phi<String>,
    /// Why: up to 4,000 characters.
    pub reason: Phi<String>,
    /// The day on which it came: the clock begins then.
    pub received_on: NaiveDate,
}

/// `POST /amendments/{id}/accept`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptAmendment {
    /// What was changed; of a note, what is added to it: up to 4,000 characters.
    pub words: Phi<String>,
    /// The day on which the person was told.
    pub told_on: NaiveDate,
}

/// `POST /amendments/{id}/deny`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DenyAmendment {
    /// On which ground.
    pub ground: AmendmentGround,
    /// What the person was told in writing: the basis, how to disagree, how to complain (164.526(d)(1)); up to
    /// 4,000 characters.
    pub words: Phi<String>,
    /// The day on which they were told.
    pub told_on: NaiveDate,
}

/// `POST /amendments/{id}/papers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPaper {
    /// What it is.
    pub kind: PaperKind,
    /// What it says: up to 4,000 characters (164.526(d)(2): its length may be reasonably limited).
    pub words: Phi<String>,
    /// The day on which it came; of a rebuttal the day on which the person was given a copy, of others the day on which
    /// they were told.
    pub on: NaiveDate,
}

/// What followed an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paper {
    /// What it says.
    pub words: Phi<String>,
    /// Its day.
    pub on: NaiveDate,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Acceptance {
    /// What was changed.
    pub words: Phi<String>,
    /// When the person was told.
    pub told_on: NaiveDate,
    /// What was added to the note for it.
    pub addendum_id: Option<AddendumId>,
}

/// A refusal on one of the grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentDenial {
    /// Which.
    pub ground: AmendmentGround,
    /// What the person was told.
    pub words: Phi<String>,
    /// When.
    pub told_on: NaiveDate,
}

/// A request that a record be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AmendmentView {
    /// Its id.
    pub id: AmendmentId,
    /// Whose record.
    pub client_id: ClientId,
    /// Their name.
    pub client_name: Phi<String>,
    /// The note that it is about.
    pub note_id: Option<NoteId>,
    /// How far it is.
    pub state: AmendmentState,
    /// What is to be changed.
    pub change: Phi<String>,
    /// Why.
    pub reason: Phi<String>,
    /// When it came.
    pub received_on: NaiveDate,
    /// The last day to act.
    pub due_on: NaiveDate,
    /// How many days that is from today (UTC), below zero when it is over; of one that waits.
    pub days_left: Option<i64>,
    /// The extension, if there was one.
    pub extension: Option<Extension>,
    /// What was changed, if it was accepted.
    pub acceptance: Option<Acceptance>,
    /// Why it was denied, if it was.
    pub denial: Option<AmendmentDenial>,
    /// Why the person disagrees.
    pub statement: Option<Paper>,
    /// What the practice says to that.
    pub rebuttal: Option<Paper>,
    /// Who else was told of the change.
    pub others_told: Option<Paper>,
    /// When it was answered or withdrawn.
    pub settled_at: Option<DateTime<Utc>>,
    /// By whom.
    pub settled_by: Option<UserId>,
}
