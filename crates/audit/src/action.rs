//! What can happen, to what kind of thing, and how near that brings somebody to a client.

use shared::audit::{DataClass, Touch};

macro_rules! actions {
    ($($(#[$meta:meta])* $name:ident = $word:literal on $subject:literal),+ $(,)?) => {
        /// What happened. The word is stable: filters and reports match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$meta])* #[doc = concat!("`", $word, "`, of a ", $subject, ".")] $name),+ }

        impl Action {
            /// Every action there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word it is recorded as.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The kind of thing it happens to.
            pub const fn subject(self) -> &'static str {
                match self { $(Self::$name => $subject),+ }
            }
        }
    };
}

actions! {
    PracticeRegistered = "practice_registered" on "practice",
    PracticeRead = "practice_read" on "practice",
    PracticeEdited = "practice_edited" on "practice",
    DataKeyRenewed = "data_key_renewed" on "practice",
    DataKeyDestroyed = "data_key_destroyed" on "practice",
    DeletionRead = "deletion_read" on "deletion",
    DeletionRequested = "deletion_requested" on "deletion",
    DeletionWithdrawn = "deletion_withdrawn" on "deletion",
    DeletionBegun = "deletion_begun" on "deletion",
    PracticeDeleted = "practice_deleted" on "deletion",
    SignedIn = "signed_in" on "session",
    SignInRefused = "sign_in_refused" on "user",
    SessionRefreshed = "session_refreshed" on "session",
    RefreshReused = "refresh_reused" on "session",
    SignedOut = "signed_out" on "session",
    SsoConnectionsListed = "sso_connections_listed" on "sso_connection",
    SsoConnectionAdded = "sso_connection_added" on "sso_connection",
    SsoConnectionEdited = "sso_connection_edited" on "sso_connection",
    SsoConnectionRemoved = "sso_connection_removed" on "sso_connection",
    SsoConnectionChecked = "sso_connection_checked" on "sso_connection",
    SsoBegun = "sso_begun" on "sso_connection",
    SsoReturned = "sso_returned" on "sso_connection",
    SsoRefused = "sso_refused" on "sso_connection",
    SsoLinked = "sso_linked" on "user",
    SsoJoined = "sso_joined" on "user",
    DirectoryHeard = "directory_heard" on "sso_connection",
    SecondFactorAsked = "second_factor_asked" on "user",
    SecondFactorRefused = "second_factor_refused" on "user",
    SecondFactorBegun = "second_factor_begun" on "user",
    SecondFactorAdded = "second_factor_added" on "user",
    SecondFactorRemoved = "second_factor_removed" on "user",
    PasskeyAsked = "passkey_asked" on "user",
    PasskeyAdded = "passkey_added" on "passkey",
    PasskeyRenamed = "passkey_renamed" on "passkey",
    PasskeyRemoved = "passkey_removed" on "passkey",
    PasskeyCounterWrong = "passkey_counter_wrong" on "passkey",
    RecoveryCodesRenewed = "recovery_codes_renewed" on "user",
    RecoveryCodeUsed = "recovery_code_used" on "user",
    SessionsListed = "sessions_listed" on "user",
    SessionEnded = "session_ended" on "session",
    OtherSessionsEnded = "other_sessions_ended" on "user",
    SteppedUp = "stepped_up" on "session",
    PasswordChanged = "password_changed" on "user",
    PasswordResetAsked = "password_reset_asked" on "user",
    PasswordReset = "password_reset" on "user",
    SessionLocked = "session_locked" on "session",
    SessionUnlocked = "session_unlocked" on "session",
    PasswordRefused = "password_refused" on "user",
    PracticesListed = "practices_listed" on "user",
    PracticeLeft = "practice_left" on "session",
    AccountRead = "account_read" on "user",
    AccessRefused = "access_refused" on "permission",
    ClientsListed = "clients_listed" on "client",
    ClientsMarked = "clients_marked" on "client",
    ClientCreated = "client_created" on "client",
    ClientRead = "client_read" on "client",
    ClientEdited = "client_edited" on "client",
    ReadersListed = "readers_listed" on "audit_event",
    CareTeamRead = "care_team_read" on "user",
    CareTeamJoined = "care_team_joined" on "user",
    CareTeamLeft = "care_team_left" on "user",
    ConsentsListed = "consents_listed" on "consent",
    ConsentGranted = "consent_granted" on "consent",
    ConsentRevoked = "consent_revoked" on "consent",
    EncountersListed = "encounters_listed" on "encounter",
    EncounterCreated = "encounter_created" on "encounter",
    EncounterRead = "encounter_read" on "encounter",
    EncounterEdited = "encounter_edited" on "encounter",
    UploadBegun = "upload_begun" on "upload",
    UploadContinued = "upload_continued" on "upload",
    UploadRead = "upload_read" on "upload",
    UploadEnded = "upload_ended" on "upload",
    RecordingStored = "recording_stored" on "recording",
    RecordingRead = "recording_read" on "recording",
    RecordingHeard = "recording_heard" on "recording",
    RecordingProcessed = "recording_processed" on "recording",
    RecordingReplaced = "recording_replaced" on "recording",
    PracticeExported = "practice_exported" on "practice",
    PracticeRestored = "practice_restored" on "practice",
    SoundRemoved = "sound_removed" on "recording",
    HeardWordsRemoved = "heard_words_removed" on "recording",
    TranscriptStored = "transcript_stored" on "transcript",
    TranscriptRead = "transcript_read" on "transcript",
    TranscriptEdited = "transcript_edited" on "transcript",
    TranscriptRemoved = "transcript_removed" on "transcript",
    DraftRequested = "draft_requested" on "job",
    JobRead = "job_read" on "job",
    JobRetried = "job_retried" on "job",
    JobCancelled = "job_cancelled" on "job",
    JobProgressed = "job_progressed" on "job",
    NotesListed = "notes_listed" on "note",
    NoteCreated = "note_created" on "note",
    NoteDrafted = "note_drafted" on "note",
    NoteRead = "note_read" on "note",
    NoteEdited = "note_edited" on "note",
    NoteMoved = "note_moved" on "note",
    NoteRemoved = "note_removed" on "note",
    NoteSigned = "note_signed" on "note",
    NoteCoSigned = "note_co_signed" on "note",
    NoteGivenBack = "note_given_back" on "note",
    RiskDismissed = "risk_dismissed" on "note",
    RiskDismissalTakenBack = "risk_dismissal_taken_back" on "note",
    AddendumAdded = "addendum_added" on "addendum",
    NoteExported = "note_exported" on "note",
    RecordRequestsListed = "record_requests_listed" on "record_request",
    RecordRequestReceived = "record_request_received" on "record_request",
    RecordRequestExtended = "record_request_extended" on "record_request",
    RecordRequestFulfilled = "record_request_fulfilled" on "record_request",
    RecordRequestDenied = "record_request_denied" on "record_request",
    RecordRequestWithdrawn = "record_request_withdrawn" on "record_request",
    RecordRequestReminded = "record_request_reminded" on "record_request",
    RecordsExported = "records_exported" on "record_request",
    AmendmentsListed = "amendments_listed" on "amendment",
    AmendmentsRead = "amendments_read" on "amendment",
    AmendmentReceived = "amendment_received" on "amendment",
    AmendmentExtended = "amendment_extended" on "amendment",
    AmendmentAccepted = "amendment_accepted" on "amendment",
    AmendmentDenied = "amendment_denied" on "amendment",
    AmendmentWithdrawn = "amendment_withdrawn" on "amendment",
    AmendmentPaperAdded = "amendment_paper_added" on "amendment",
    AmendmentReminded = "amendment_reminded" on "amendment",
    DisclosuresListed = "disclosures_listed" on "disclosure",
    DisclosureRecorded = "disclosure_recorded" on "disclosure",
    DisclosureCorrected = "disclosure_corrected" on "disclosure",
    DisclosuresAccounted = "disclosures_accounted" on "disclosure",
    RetentionRead = "retention_read" on "client",
    RetentionRulesRead = "retention_rules_read" on "practice",
    RetentionPreviewed = "retention_previewed" on "practice",
    ChartRuleSaved = "chart_rule_saved" on "chart_rule",
    ChartRuleWithdrawn = "chart_rule_withdrawn" on "chart_rule",
    LegalHoldsListed = "legal_holds_listed" on "legal_hold",
    LegalHoldPlaced = "legal_hold_placed" on "legal_hold",
    LegalHoldReleased = "legal_hold_released" on "legal_hold",
    ClientDeletionsListed = "client_deletions_listed" on "client_deletion",
    ClientDeletionRequested = "client_deletion_requested" on "client_deletion",
    ClientDeletionWithdrawn = "client_deletion_withdrawn" on "client_deletion",
    ClientDeletionStopped = "client_deletion_stopped" on "client_deletion",
    ClientDeletionBegun = "client_deletion_begun" on "client_deletion",
    ClientDeleted = "client_deleted" on "client_deletion",
    AiSystemsListed = "ai_systems_listed" on "ai_system",
    AiSystemRegistered = "ai_system_registered" on "ai_system",
    AiSystemSwitched = "ai_system_switched" on "ai_system",
    AiSystemKeyReplaced = "ai_system_key_replaced" on "ai_system",
    AiDecisionAsked = "ai_decision_asked" on "ai_system",
    AiUseRead = "ai_use_read" on "ai_system",
    AiReportOpened = "ai_report_opened" on "ai_system",
    AiReportMade = "ai_report_made" on "ai_system",
    AiRulesListed = "ai_rules_listed" on "ai_order",
    AiStopped = "ai_stopped" on "ai_order",
    AiAllowedAgain = "ai_allowed_again" on "ai_order",
    AiRuleSetAside = "ai_rule_set_aside" on "ai_order",
    AiRuleHoldsAgain = "ai_rule_holds_again" on "ai_order",
    SessionSystemsListed = "session_systems_listed" on "encounter",
    SessionSystemChosen = "session_system_chosen" on "encounter",
    AiAsked = "ai_asked" on "ai_call",
    AiCallBegun = "ai_call_begun" on "ai_call",
    AiCallEnded = "ai_call_ended" on "ai_call",
    AiCallRefused = "ai_call_refused" on "ai_call",
    AiCallsListed = "ai_calls_listed" on "ai_call",
    AiCallSentElsewhere = "ai_call_sent_elsewhere" on "ai_call",
    AiCallRemovedElsewhere = "ai_call_removed_elsewhere" on "ai_call",
    IncidentsListed = "incidents_listed" on "incident",
    IncidentOpened = "incident_opened" on "incident",
    IncidentRead = "incident_read" on "incident",
    IncidentExported = "incident_exported" on "incident",
    IncidentContinued = "incident_continued" on "incident",
    AuditRead = "audit_read" on "audit_event",
    AffectedListed = "affected_listed" on "audit_event",
    AuditExportOpened = "audit_export_opened" on "audit_event",
    AuditExported = "audit_exported" on "audit_event",
    AuditVerified = "audit_verified" on "audit_event",
    AuditAnchored = "audit_anchored" on "audit_event",
    AuditTrailShortened = "audit_trail_shortened" on "audit_cut",
    PeopleListed = "people_listed" on "user",
    RoleChanged = "role_changed" on "user",
    AccessReviewsListed = "access_reviews_listed" on "user",
    AccessReviewed = "access_reviewed" on "user",
    ActivityReviewed = "activity_reviewed" on "activity_finding",
    ActivityFindingsListed = "activity_findings_listed" on "activity_finding",
    ActivityFindingDecided = "activity_finding_decided" on "activity_finding",
    EmergencySearched = "emergency_searched" on "client",
    EmergencyBegun = "emergency_begun" on "emergency_access",
    EmergencyEnded = "emergency_ended" on "emergency_access",
    EmergencyAttested = "emergency_attested" on "emergency_access",
    EmergencyDecided = "emergency_decided" on "emergency_access",
    EmergenciesListed = "emergencies_listed" on "emergency_access",
    RolesListed = "roles_listed" on "role",
    RoleCreated = "role_created" on "role",
    RoleEdited = "role_edited" on "role",
    RoleRemoved = "role_removed" on "role",
    PersonDeactivated = "person_deactivated" on "user",
    PersonReactivated = "person_reactivated" on "user",
    ColleaguesListed = "colleagues_listed" on "user",
    SupervisionBegun = "supervision_begun" on "user",
    SupervisionEnded = "supervision_ended" on "user",
    InvitationsListed = "invitations_listed" on "invitation",
    PersonInvited = "person_invited" on "invitation",
    InvitationRead = "invitation_read" on "invitation",
    InvitationRevoked = "invitation_revoked" on "invitation",
    InvitationAccepted = "invitation_accepted" on "invitation",
    PersonAdded = "person_added" on "user",
    ApiKeysListed = "api_keys_listed" on "api_key",
    ApiKeyCreated = "api_key_created" on "api_key",
    ApiKeyRenewed = "api_key_renewed" on "api_key",
    ApiKeyRevoked = "api_key_revoked" on "api_key",
    MailSent = "mail_sent" on "mail",
    MailFailed = "mail_failed" on "mail",
    EventsOpened = "events_opened" on "session",
}

impl Action {
    /// How near this brings whoever does it to what is kept about a client, and to which class of it.
    pub const fn touch(self) -> Option<(DataClass, Touch)> {
        use DataClass::{Consents, Details, Notes, Sessions, Sound, Transcript};
        use Touch::{Changed, Exported, Listed, Viewed};
        Some(match self {
            Self::ClientsListed
            | Self::ClientsMarked
            | Self::EmergencySearched
            | Self::RecordRequestsListed
            | Self::AmendmentsListed
            | Self::RetentionRead
            | Self::LegalHoldsListed
            | Self::ClientDeletionsListed => (Details, Listed),
            Self::ClientRead | Self::DisclosuresListed => (Details, Viewed),
            Self::RecordsExported | Self::DisclosuresAccounted => (Details, Exported),
            Self::ClientCreated
            | Self::ClientEdited
            | Self::RecordRequestReceived
            | Self::RecordRequestExtended
            | Self::RecordRequestFulfilled
            | Self::RecordRequestDenied
            | Self::RecordRequestWithdrawn
            | Self::DisclosureRecorded
            | Self::DisclosureCorrected
            | Self::LegalHoldPlaced
            | Self::LegalHoldReleased
            | Self::ClientDeletionRequested
            | Self::ClientDeletionWithdrawn
            | Self::ClientDeletionStopped
            | Self::ClientDeletionBegun
            | Self::ClientDeleted => (Details, Changed),
            Self::ConsentsListed => (Consents, Viewed),
            Self::ConsentGranted | Self::ConsentRevoked => (Consents, Changed),
            Self::EncountersListed | Self::SessionSystemsListed => (Sessions, Listed),
            Self::EncounterRead => (Sessions, Viewed),
            Self::EncounterCreated | Self::EncounterEdited | Self::SessionSystemChosen => (Sessions, Changed),
            Self::RecordingRead => (Sound, Listed),
            Self::RecordingHeard => (Sound, Viewed),
            Self::UploadBegun
            | Self::UploadContinued
            | Self::UploadEnded
            | Self::RecordingStored
            | Self::RecordingProcessed
            | Self::RecordingReplaced
            | Self::SoundRemoved => (Sound, Changed),
            Self::TranscriptRead => (Transcript, Viewed),
            Self::TranscriptStored
            | Self::TranscriptEdited
            | Self::TranscriptRemoved
            | Self::HeardWordsRemoved => (Transcript, Changed),
            Self::NotesListed => (Notes, Listed),
            // What is to be changed says what the chart says.
            Self::NoteRead | Self::AmendmentsRead => (Notes, Viewed),
            Self::NoteExported => (Notes, Exported),
            Self::DraftRequested
            | Self::NoteCreated
            | Self::NoteDrafted
            | Self::NoteEdited
            | Self::NoteMoved
            | Self::NoteRemoved
            | Self::NoteSigned
            | Self::NoteCoSigned
            | Self::NoteGivenBack
            | Self::RiskDismissed
            | Self::RiskDismissalTakenBack
            | Self::AddendumAdded
            | Self::AmendmentReceived
            | Self::AmendmentExtended
            | Self::AmendmentAccepted
            | Self::AmendmentDenied
            | Self::AmendmentWithdrawn
            | Self::AmendmentPaperAdded => (Notes, Changed),
            _ => return None,
        })
    }

    /// The action that is recorded as this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    /// Whoever adds something to a chart says how near it brings somebody: what is about a chart's parts is not passed over.
    #[test]
    fn whatever_is_done_to_a_part_of_a_chart_says_how_near_it_comes() {
        let parts = ["client", "consent", "encounter", "recording", "transcript", "note", "addendum"];
        for action in Action::ALL {
            assert!(!parts.contains(&action.subject()) || action.touch().is_some(), "{action:?}");
        }
    }

    /// Whoever verifies the trail knows it by its word.
    #[test]
    fn the_event_of_a_cut_has_its_word() {
        assert_eq!(Action::AuditTrailShortened.as_str(), trail::Cut::ACTION);
    }

    #[test]
    fn no_two_actions_share_a_word() {
        let mut words: Vec<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Action::ALL.len());
    }
}
