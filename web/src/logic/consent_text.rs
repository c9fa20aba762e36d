//! The wording a client agrees to, and which version of it. The version is stored with the consent.

use shared::consents::ConsentKind;

/// The version of the wordings below. A change of words is a new version.
pub const TEXT_VERSION: &str = "2026-11";

/// What is read to, or by, the client. It names AI and its purpose, because several places require
/// exactly that before a session is recorded (for example 225 ILCS 155/15(b)).
pub const fn wording(kind: ConsentKind) -> &'static str {
    match kind {
        ConsentKind::Recording => {
            "This session may be recorded. Software, including AI, turns the recording into text and a draft \
             note. My therapist checks, corrects and signs the note. I can say no, and I can take this back at \
             any time."
        }
        ConsentKind::AiProcessing => {
            "AI may be used to turn the recording of my session into text and a draft note, and for nothing \
             else. I can take this back at any time."
        }
        ConsentKind::Telehealth => {
            "Sessions may take place by video or telephone. I know how this differs from meeting in person, and \
             I can ask to meet in person."
        }
        ConsentKind::Part2Tpo => {
            "My substance use treatment records may be used and shared for treatment, payment and health care \
             operations. I can take this back in writing at any time."
        }
    }
}
