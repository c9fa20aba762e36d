//! Every identifier has its own type, so that one cannot stand in for another. UUIDv7.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        #[cfg(feature = "db")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// A key by which another program works for a practice.
    ApiKeyId,
    /// A decision whether somebody keeps their access.
    AccessReviewId,
    /// Something that is worth a second look.
    ActivityFindingId,
    /// An addendum to a signed note.
    AddendumId,
    /// A client's request that their record be changed.
    AmendmentId,
    /// Something about a client that was disclosed.
    DisclosureId,
    /// One call to an AI system, in the ledger.
    AiCallId,
    /// What a practice has ordered about AI.
    AiOrderId,
    /// A registered AI system.
    AiSystemId,
    /// One row of the audit trail.
    AuditEventId,
    /// What a practice has decided about how long charts are kept.
    ChartRuleId,
    /// The deletion of a client's chart.
    ClientDeletionId,
    /// A person who receives therapy.
    ClientId,
    /// One consent that a client gave.
    ConsentId,
    /// The deletion of a practice.
    DeletionId,
    /// Emergency access to one client's chart.
    EmergencyAccessId,
    /// One therapy session.
    EncounterId,
    /// An incident with what is kept about people.
    IncidentId,
    /// A line of an incident's timeline.
    IncidentEntryId,
    /// An invitation into a practice.
    InvitationId,
    /// A piece of work done after its request was answered.
    JobId,
    /// A legal hold on a client's chart.
    LegalHoldId,
    /// A mail that was or will be sent.
    MailId,
    /// A person's place in a practice.
    MembershipId,
    /// A clinical note.
    NoteId,
    /// A passkey of a person.
    PasskeyId,
    /// A practice: the tenant that every row belongs to.
    PracticeId,
    /// The sound of one session.
    RecordingId,
    /// A request for a client's records.
    RecordRequestId,
    /// A role that a practice has made for itself.
    RoleId,
    /// One line of a transcript.
    SegmentId,
    /// One sentence of a note.
    SentenceId,
    /// A sign-in, from login to logout.
    SessionId,
    /// A voice in a transcript.
    SpeakerId,
    /// A practice's connection to whoever vouches for its people.
    SsoConnectionId,
    /// One try to sign in by such a connection.
    SsoAttemptId,
    /// A transcript.
    TranscriptId,
    /// A resumable upload.
    UploadId,
    /// A person with an account.
    UserId,
}
