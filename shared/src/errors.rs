//! Everything that can be refused: code, status and a title that is safe to show.

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// A refusal. The code is stable: clients match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ErrorCode { $($(#[$meta])* #[doc = $title] #[serde(rename = $code)] $name),+ }

        impl ErrorCode {
            /// Every refusal there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as it travels.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The HTTP status it travels with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// A sentence that is safe to show to anybody.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

error_codes! {
    // --- requests
    InvalidRequest = "invalid_request", 400, "The request could not be understood.";
    Validation = "validation", 422, "Some fields need another look.";
    NotFound = "not_found", 404, "There is nothing here.";
    MethodNotAllowed = "method_not_allowed", 405, "This address does not take that method.";
    UnsupportedMediaType = "unsupported_media_type", 415, "This kind of content is not accepted here.";
    PayloadTooLarge = "payload_too_large", 413, "That is larger than this server accepts.";
    TooManyRequests = "too_many_requests", 429, "Too many requests. Please wait a moment.";
    Busy = "busy", 503, "The server is busy. Please try again in a moment.";
    Internal = "internal", 500, "Something went wrong on our side.";
    // --- concurrency
    PreconditionRequired = "precondition_required", 428, "Say which version you are changing (If-Match).";
    PreconditionFailed = "precondition_failed", 412, "Someone changed this in the meantime. Reload to see the newest version.";
    Conflict = "conflict", 409, "That does not fit the present state.";
    IdempotencyMismatch = "idempotency_mismatch", 422, "This Idempotency-Key was used for another request.";
    // --- sign-in
    Unauthenticated = "unauthenticated", 401, "Please sign in.";
    RateLimited = "rate_limited", 429, "Too many attempts. Please wait before you try again.";
    InvalidCredentials = "invalid_credentials", 401, "The e-mail or the password is not right.";
    InvalidCode = "invalid_code", 401, "This is not right, or was used before. Please try again.";
    SignInExpired = "sign_in_expired", 401, "This took too long. Please begin to sign in again.";
    StepUpRequired = "step_up_required", 403, "Please confirm with your second factor first.";
    SecondFactorRequired = "second_factor_required", 403, "Your role needs a second step at sign-in. Please set it up in your account, or show it.";
    SecondFactorKept = "second_factor_kept", 409, "Your role needs a second step at sign-in, so it stays.";
    SecondFactorExists = "second_factor_exists", 409, "A second factor is set up already.";
    PasskeysUnavailable = "passkeys_unavailable", 409, "Passkeys need this server to have a name in place of a number as its address.";
    TooManyPasskeys = "too_many_passkeys", 409, "Twenty passkeys are enough. Please remove one first.";
    NoSecondFactor = "no_second_factor", 409, "There is no second factor yet. Please begin to set one up.";
    Locked = "locked", 423, "This is locked. Please unlock it first.";
    PasswordResetEnded = "password_reset_ended", 410, "This link is over. Please ask for a new one.";
    SessionExpired = "session_expired", 401, "Your session has ended. Please sign in again.";
    RefreshReused = "refresh_reused", 401, "This sign-in was used twice, so it was ended. Please sign in again.";
    CrossSite = "cross_site", 403, "This can only be asked by the app itself.";
    Forbidden = "forbidden", 403, "Your role does not allow this.";
    PasswordTooShort = "password_too_short", 422, "Please use at least 15 characters.";
    PasswordTooCommon = "password_too_common", 422, "This password is on lists of common passwords. Please choose another.";
    RegistrationClosed = "registration_closed", 403, "This server does not take new practices.";
    ExportFirst = "export_first", 409, "Please save everything of the practice first: an archive made within the last 30 days.";
    DeletionRequested = "deletion_requested", 409, "The practice is due to be deleted already.";
    SecondPracticeRefused = "second_practice_refused", 409, "This server keeps one practice. A second one needs PostgreSQL.";
    EmailTaken = "email_taken", 409, "This e-mail cannot be used for a new account.";
    // --- single sign-on
    SsoUnknown = "sso_unknown", 404, "No organisation is known for this address.";
    SsoFailed = "sso_failed", 401, "Signing in with your organisation did not work. Please try again.";
    SsoExpired = "sso_expired", 401, "This took too long, or was begun in another browser. Please begin again.";
    SsoEmailRefused = "sso_email_refused", 403, "Your organisation does not confirm an e-mail of yours that belongs to this practice.";
    SsoAccountElsewhere = "sso_account_elsewhere", 403, "Your e-mail has an account that is not in this practice. Please ask the practice for an invitation.";
    SsoNoRole = "sso_no_role", 403, "Your organisation gives you no part in this practice. Please ask who runs it.";
    SsoDeactivated = "sso_deactivated", 403, "Your access to this practice has ended.";
    SsoOwnerRefused = "sso_owner_refused", 403, "Owners come this way once an owner has set it up. Please use your password.";
    SsoRequired = "sso_required", 403, "Your practice signs in with its organisation.";
    SsoSwitchRefused = "sso_switch_refused", 403, "You came by your organisation, which opens this practice alone. Please sign in to the other one itself.";
    SsoDomainTaken = "sso_domain_taken", 409, "One of these domains belongs to another connection.";
    SsoUntried = "sso_untried", 409, "Somebody has to sign in this way once before passwords can be switched off.";
    SsoUnavailable = "sso_unavailable", 502, "Your organisation's sign-in does not answer. Please try again in a moment.";
    WorkOsMissing = "workos_missing", 409, "WorkOS knows no organisation for this practice. Please ask who runs this server.";
    WebhookRefused = "webhook_refused", 401, "This message is not signed as it should be.";
    // --- people
    InvitationEnded = "invitation_ended", 410, "This invitation is over. Please ask for a new one.";
    InvitationAccountExists = "invitation_account_exists", 409, "This address has an account. Please sign in with it to join.";
    InvitationForAnother = "invitation_for_another", 403, "This invitation was sent to another address. Please sign in with that one.";
    RoleInUse = "role_in_use", 409, "Somebody has this role, or is invited as it. Give them another first.";
    AlreadyMember = "already_member", 409, "This person is in the practice already.";
    NotASupervisor = "not_a_supervisor", 409, "This person's role does not supervise others. Give them another role first.";
    LastOwner = "last_owner", 409, "A practice always has an owner. Make somebody else owner first.";
    OwnRole = "own_role", 409, "Nobody changes their own access. Please ask somebody else who may.";
    EmergencyNotNeeded = "emergency_not_needed", 409, "You see this client already.";
    EmergencySettled = "emergency_settled", 409, "This was done before, and stays as it is.";
    OwnFinding = "own_finding", 403, "Somebody else decides about what you did.";
    OwnEmergency = "own_emergency", 403, "Somebody else decides about this one.";
    // --- clinical
    AlreadySigned = "already_signed", 409, "This note is signed and can no longer be changed.";
    NoteIncomplete = "note_incomplete", 409, "The note is empty. Write something before signing.";
    RiskUnanswered = "risk_unanswered", 409, "Something that was said about risk is neither in the note nor dismissed.";
    NotAwaitingCoSignature = "not_awaiting_co_signature", 409, "This note does not wait for a second signature.";
    NotSupervised = "not_supervised", 403, "Only whoever supervises the person who signed can answer for this note.";
    NotSigned = "not_signed", 409, "Only a signed note can have an addendum.";
    NoTranscript = "no_transcript", 409, "There is no transcript yet.";
    ConsentMissing = "consent_missing", 409, "There is no live consent to record this session.";
    ConsentRevoked = "consent_revoked", 409, "This consent was revoked.";
    RecordingExists = "recording_exists", 409, "This session already has a recording.";
    TranscriptExists = "transcript_exists", 409, "This session already has a transcript.";
    OnLegalHold = "on_legal_hold", 409, "This is on legal hold. Nothing of it can be removed until the hold is released.";
    ClientDeletionRequested = "client_deletion_requested", 409, "This chart is due to be deleted already.";
    BelowMinimum = "below_minimum", 409, "This is shorter than what is asked for where you work. Confirm that you mean it.";
    DeletionSettled = "deletion_settled", 409, "This deletion was ended before, or has begun. It stays as it is.";
    HoldReleased = "hold_released", 409, "This hold was released before, and stays as it is.";
    RequestSettled = "request_settled", 409, "This request was answered or withdrawn, and stays as it is.";
    RequestExtended = "request_extended", 409, "This was extended before. The rule allows it once.";
    PaperMisplaced = "paper_misplaced", 409, "There is one already, or nothing that it could follow.";
    EntryCorrected = "entry_corrected", 409, "Another entry corrects this one already: correct that.";
    IncidentClosed = "incident_closed", 409, "This incident is closed, and stays as it is.";
    IncidentUnassessed = "incident_unassessed", 409, "Nobody has decided yet whether this is a breach.";
    DutiesOpen = "duties_open", 409, "Somebody is still to be told. It can be closed afterwards.";
    // --- sound
    AudioEmpty = "audio_empty", 422, "The file is empty.";
    AudioNotRecognised = "audio_not_recognised", 415, "This is not a sound file that can be read (wav, mp3, m4a, flac, ogg, webm).";
    AudioMislabelled = "audio_mislabelled", 415, "The file is not of the kind it says it is.";
    AudioNoTrack = "audio_no_track", 422, "This file has no sound in it.";
    AudioUnsupportedCodec = "audio_unsupported_codec", 415, "The sound in this file is coded in a way that cannot be read.";
    AudioDamaged = "audio_damaged", 422, "The file is damaged and could not be read.";
    AudioTooLong = "audio_too_long", 422, "The recording is longer than this server accepts.";
    NoSpeechCaptured = "no_speech_captured", 409, "No speech was found in the recording.";
    SoundRemoved = "sound_removed", 410, "The sound was removed, as your practice has set.";
    UploadExpired = "upload_expired", 410, "This upload has expired. Please start again.";
    UploadOffset = "upload_offset", 409, "The upload continues at another place.";
    UploadLength = "upload_length", 400, "The upload does not fit its announced length.";
    UploadChecksum = "upload_checksum", 460, "The bytes arrived changed. Please send them again.";
    TusVersion = "tus_version", 412, "This server speaks tus 1.0.0.";
    StorageFull = "storage_full", 507, "The server's storage is full. Nothing was changed.";
    RangeNotSatisfiable = "range_not_satisfiable", 416, "That part of the recording does not exist.";
    // --- jobs and models
    JobNotRetryable = "job_not_retryable", 409, "Only a failed job can be tried again.";
    AiSystemOff = "ai_system_off", 409, "This AI system is switched off in your practice.";
    AgreementMissing = "agreement_missing", 409, "There is no agreement with whoever runs this system.";
    AgreementEnded = "agreement_ended", 409, "The agreement with whoever runs this system has ended.";
    AiStopped = "ai_stopped", 409, "Your practice has stopped all AI.";
    AiConsentMissing = "ai_consent_missing", 409, "Where your practice works, clients agree to AI in writing first.";
    AiNoticeMissing = "ai_notice_missing", 409, "Where your practice works, clients are told of AI first.";
    AiVersionChanged = "ai_version_changed", 409, "Your practice has pinned another version of this system.";
    AiBudgetSpent = "ai_budget_spent", 409, "What your practice allows this system to cost in a month is spent.";
    SystemExists = "ai_system_exists", 409, "Your practice has an AI system by this name.";
    ModelMissing = "model_missing", 503, "The local model is not installed.";
    SystemMissing = "ai_system_missing", 503, "The AI system that your practice has chosen is not set up on this server.";
    ServiceNotAccepted = "ai_service_refuses", 502, "The AI service does not accept this server: its key or its account needs a look.";
    EngineFailed = "engine_failed", 502, "The engine could not finish.";
    WorkInterrupted = "work_interrupted", 500, "The work was interrupted too often. It can be tried again.";
}

/// One field that needs another look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// The field, as named in the request.
    pub field: String,
    /// What is wrong with it, as a stable code: `required`, `too_long`, `invalid`, …
    pub code: String,
    /// A sentence that is safe to show.
    pub detail: String,
}

/// The body of every refusal: RFC 9457, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `https://mindscribe.invalid/problems/{code}`: an identifier, not an address to open.
    #[serde(rename = "type")]
    pub kind: String,
    /// A sentence for people.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// More, safe to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Quote this when asking for help.
    pub request_id: String,
    /// The fields of a 422.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

impl Problem {
    /// The problem for a code.
    pub fn new(code: ErrorCode, request_id: impl Into<String>) -> Self {
        Self {
            kind: format!("https://mindscribe.invalid/problems/{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: None,
            request_id: request_id.into(),
            errors: Vec::new(),
        }
    }
}

/// Collects what is wrong with a request, field by field.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldProblem>);

impl Checks {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a problem with a field.
    pub fn refuse(&mut self, field: &str, code: &str, detail: &str) {
        self.0.push(FieldProblem { field: field.into(), code: code.into(), detail: detail.into() });
    }

    /// The field must hold text of at most `max` characters, and no control characters.
    pub fn text(&mut self, field: &str, value: &str, max: usize) {
        if value.trim().is_empty() {
            self.refuse(field, "required", "Please fill this in.");
        } else {
            self.optional_text(field, value, max);
        }
    }

    /// The field may be empty; otherwise as [`Checks::text`].
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.refuse(field, "too_long", &format!("At most {max} characters."));
        }
        if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(field, "invalid", "This holds characters that cannot be kept.");
        }
    }

    /// The field must look like an e-mail address (one `@`, something on both sides, no spaces).
    pub fn email(&mut self, field: &str, value: &str) {
        let looks_right = value.len() <= 254
            && value.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty()
                    && host.len() > 2
                    && !host.contains('@')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
            })
            && !value.chars().any(|c| c.is_whitespace() || c.is_control());
        if !looks_right {
            self.refuse(field, "invalid", "Please give an e-mail address.");
        }
    }

    /// ISO 3166: a country, or a country and a part of it.
    pub fn jurisdiction(&mut self, field: &str, value: &str) {
        let (country, part) =
            value.split_once('-').map_or((value, None), |(country, part)| (country, Some(part)));
        let country_is_right = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let part_is_right = part.is_none_or(|part| {
            (1..=3).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        });
        if !country_is_right || !part_is_right {
            self.refuse(field, "invalid", "Please give a place such as US-CA.");
        }
    }

    /// The field must hold a number in this range.
    pub fn number(&mut self, field: &str, value: i32, range: std::ops::RangeInclusive<i32>) {
        if !range.contains(&value) {
            self.refuse(field, "invalid", &format!("From {} to {}.", range.start(), range.end()));
        }
    }

    /// `Ok` if nothing was refused.
    ///
    /// # Errors
    /// The problems, field by field.
    pub fn done(self) -> Result<(), Vec<FieldProblem>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_and_has_an_error_status() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
        assert!(ErrorCode::ALL.iter().all(|code| (400..600).contains(&code.status())));
    }

    #[test]
    fn a_problem_travels_by_its_code() {
        let json = serde_json::to_value(Problem::new(ErrorCode::AlreadySigned, "r1")).expect("serialises");
        assert_eq!(json["code"], "already_signed");
        assert_eq!(json["status"], 409);
        assert!(json.get("errors").is_none());
    }

    #[test]
    fn an_address_without_a_host_is_refused() {
        for wrong in ["", "a", "a@", "@b.c", "a@b@c.d", "a b@c.de"] {
            let mut checks = Checks::new();
            checks.email("email", wrong);
            assert!(checks.done().is_err(), "{wrong}");
        }
        let mut checks = Checks::new();
        checks.email("email", "ada@clinic.example");
        assert!(checks.done().is_ok());
    }
}
