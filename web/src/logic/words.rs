//! Words of the wire as words for people.

use shared::{
    consents::{ConsentKind, ConsentMethod},
    encounters::{Modality, Setting},
    governance::{AiCallOutcome, AiPurpose},
    permissions::{Permission, Role},
    recordings::{RecordingState, SoundTrouble, Stage},
    risk::{DismissalReason, RiskManner, RiskTopic},
    transcripts::SpeakerRole,
};

/// What a line touches.
pub const fn risk_topic(topic: RiskTopic) -> &'static str {
    match topic {
        RiskTopic::Suicide => "Suicide",
        RiskTopic::SelfHarm => "Self-harm",
        RiskTopic::Overdose => "Overdose",
        RiskTopic::HarmToOthers => "Harm to others",
        RiskTopic::Abuse => "Abuse or neglect",
        RiskTopic::Psychosis => "Voices or persecution",
    }
}

/// How it is said; nothing where it is said.
pub const fn risk_manner(manner: RiskManner) -> &'static str {
    match manner {
        RiskManner::Asked => ", asked",
        RiskManner::Denied => ", denied",
        RiskManner::Said => "",
    }
}

/// Why a line needs no place in a note.
pub const fn dismissal_reason(reason: DismissalReason) -> &'static str {
    match reason {
        DismissalReason::Idiom => "A way of speaking",
        DismissalReason::OthersWords => "About somebody else's words",
        DismissalReason::Misheard => "Misheard",
        DismissalReason::OwnWords => "Something else, in your words",
    }
}

/// A part in the practice.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Administrator => "Administrator",
        Role::Clinician => "Clinician",
        Role::Supervisor => "Supervisor",
        Role::Intern => "Intern",
        Role::FrontDesk => "Front desk",
        Role::Biller => "Biller",
        Role::Auditor => "Auditor",
        Role::GovernanceOfficer => "AI governance officer",
    }
}

/// What a role may do.
pub const fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::ReadClients => "See clients",
        Permission::WriteClients => "Change clients",
        Permission::AllClients => "See every client",
        Permission::ShareClients => "Share clients with others",
        Permission::BreakGlass => "Open a chart in an emergency",
        Permission::ReadConsents => "See consents",
        Permission::WriteConsents => "Record consents",
        Permission::ReadEncounters => "See sessions",
        Permission::WriteEncounters => "Plan sessions",
        Permission::ReadCodes => "See billing codes",
        Permission::ReadRecordings => "Hear recordings",
        Permission::WriteRecordings => "Record",
        Permission::ReadTranscripts => "Read transcripts",
        Permission::WriteTranscripts => "Correct transcripts",
        Permission::ReadNotes => "Read notes",
        Permission::WriteNotes => "Write notes",
        Permission::SignNotes => "Sign notes",
        Permission::SignNotesAlone => "Sign without a second signature",
        Permission::CoSignNotes => "Supervise, and co-sign notes",
        Permission::ReadJobs => "Follow the work on recordings",
        Permission::ReadGovernance => "See AI systems",
        Permission::WriteGovernance => "Switch AI systems",
        Permission::AskAi => "Ask your own AI systems",
        Permission::ReleaseRecords => "Hand records over to clients",
        Permission::ManageRetention => "Hold charts, and have them deleted",
        Permission::ReadAudit => "Read the audit trail",
        Permission::ReadPeople => "See people",
        Permission::WritePeople => "Invite and change people",
        Permission::WritePractice => "Change the practice's settings",
        Permission::ExportPractice => "Take everything away, as an archive",
        Permission::DeletePractice => "Delete the practice",
        Permission::WriteApiKeys => "Make keys for other programs",
    }
}

/// What was agreed to.
pub const fn consent_kind(kind: ConsentKind) -> &'static str {
    match kind {
        ConsentKind::Recording => "Recording",
        ConsentKind::AiProcessing => "AI processing",
        ConsentKind::Telehealth => "Telehealth",
        ConsentKind::Part2Tpo => "Substance use records (42 CFR Part 2)",
    }
}

/// How it was agreed to.
pub const fn consent_method(method: ConsentMethod) -> &'static str {
    match method {
        ConsentMethod::Verbal => "Said aloud",
        ConsentMethod::Written => "Signed on paper",
        ConsentMethod::Electronic => "Signed on screen",
    }
}

/// Who is in the room.
pub const fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::Individual => "Individual",
        Modality::Couple => "Couple",
        Modality::Family => "Family",
        Modality::Group => "Group",
    }
}

/// Where a session takes place.
pub const fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::InPerson => "In person",
        Setting::Video => "Video",
        Setting::Phone => "Phone",
    }
}

/// A stage of the pipeline.
pub const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Decode => "Reading the sound",
        Stage::VoiceActivity => "Finding speech",
        Stage::Transcription => "Writing down what was said",
        Stage::Speakers => "Telling voices apart",
        Stage::Draft => "Drafting the note",
    }
}

/// How far a recording is, in two or three words.
pub const fn recording_state(state: RecordingState) -> &'static str {
    match state {
        RecordingState::Stored => "Waiting",
        RecordingState::Processing => "In progress",
        RecordingState::Transcribed => "Transcribed",
        RecordingState::NoSpeechCaptured => "No speech found",
        RecordingState::Failed => "Could not be read",
    }
}

/// What is wrong with the sound of a recording, and what to do about it the next time.
pub const fn sound_advice(trouble: SoundTrouble) -> &'static str {
    match trouble {
        SoundTrouble::CutOff => {
            "The loudest parts are cut off. Next time, move the microphone away a little, or turn its level down."
        }
        SoundTrouble::Noisy => {
            "The voices are hardly louder than the room, so words may be mistaken. Next time, bring the microphone closer."
        }
        SoundTrouble::Faint => {
            "The voices are very soft, so words may be missing. Next time, bring the microphone closer, or turn its level up."
        }
        SoundTrouble::Narrow => {
            "High sounds are missing, as on a telephone, so words may be mistaken. A microphone in the room hears more."
        }
    }
}

/// The same while it is recorded.
pub const fn sound_advice_now(trouble: SoundTrouble) -> &'static str {
    match trouble {
        SoundTrouble::CutOff => {
            "It is too loud, and the loudest parts are cut off. Move the microphone away a little."
        }
        SoundTrouble::Noisy => {
            "The voices are hardly louder than the room. Bring the microphone closer, or close a window."
        }
        SoundTrouble::Faint | SoundTrouble::Narrow => {
            "Very little is heard. If somebody is speaking, bring the microphone closer."
        }
    }
}

/// That text was left out of a transcript, and where: the times follow.
pub fn left_out(places: usize) -> String {
    match places {
        1 => "At one place the speech engine put words that nobody seems to have said. They were left out:"
            .to_owned(),
        places => format!(
            "At {places} places the speech engine put words that nobody seems to have said. They were left out:"
        ),
    }
}

/// A voice's part.
pub const fn speaker_role(role: SpeakerRole) -> &'static str {
    match role {
        SpeakerRole::Therapist => "Therapist",
        SpeakerRole::Client => "Client",
        SpeakerRole::Other => "Someone else",
        SpeakerRole::Unknown => "Not known yet",
    }
}

/// What an AI system is used for.
pub const fn purpose(purpose: AiPurpose) -> &'static str {
    match purpose {
        AiPurpose::Transcription => "Speech to text",
        AiPurpose::Speakers => "Telling voices apart",
        AiPurpose::Drafting => "Drafting notes",
        AiPurpose::Other => "Asked by your programs",
    }
}

/// How a call ended.
pub const fn outcome(outcome: AiCallOutcome) -> &'static str {
    match outcome {
        AiCallOutcome::Started => "Running",
        AiCallOutcome::Succeeded => "Done",
        AiCallOutcome::Failed => "Failed",
        AiCallOutcome::Refused => "Refused",
        AiCallOutcome::Timeout => "Not known",
    }
}

/// A code such as `note_signed` as words: `Note signed`.
pub fn spaced(code: &str) -> String {
    let mut words = code.replace(['_', '.'], " ");
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_as_words() {
        assert_eq!(spaced("note_signed"), "Note signed");
        assert_eq!(spaced(""), "");
        assert_eq!(spaced("système"), "Système");
    }
}
