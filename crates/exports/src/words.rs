//! What things are called on paper.

use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    amendments::AmendmentGround,
    clients::ClientView,
    consents::{ConsentKind, ConsentMethod, ConsentView},
    disclosures::DisclosurePurpose,
    encounters::{EncounterView, Modality, Setting},
    transcripts::SpeakerRole,
};

/// First and last name.
pub fn name(client: &ClientView) -> String {
    format!("{} {}", client.given_name.reveal(), client.family_name.reveal())
}

/// `22 November 2026`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `22 November 2026, 14:05 UTC`.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// `1:02:03`, or `2:03`.
pub fn offset(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
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

/// Where.
pub const fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::InPerson => "in person",
        Setting::Video => "by video",
        Setting::Phone => "by telephone",
    }
}

/// A voice's part.
pub const fn role(role: SpeakerRole) -> &'static str {
    match role {
        SpeakerRole::Therapist => "Therapist",
        SpeakerRole::Client => "Client",
        SpeakerRole::Other | SpeakerRole::Unknown => "Voice",
    }
}

/// What was agreed to.
pub const fn consent_kind(kind: ConsentKind) -> &'static str {
    match kind {
        ConsentKind::Recording => "Recording of sessions",
        ConsentKind::AiProcessing => "Transcription and drafting by AI",
        ConsentKind::Telehealth => "Sessions at a distance",
        ConsentKind::Part2Tpo => "Use of substance-use records for treatment, payment and operations",
    }
}

/// How it was given.
pub const fn consent_method(method: ConsentMethod) -> &'static str {
    match method {
        ConsentMethod::Verbal => "said aloud",
        ConsentMethod::Written => "signed on paper",
        ConsentMethod::Electronic => "signed on a screen",
    }
}

/// Why a change was denied.
pub const fn amendment_ground(ground: AmendmentGround) -> &'static str {
    match ground {
        AmendmentGround::NotCreatedHere => "it was not created here (45 CFR 164.526(a)(2)(i))",
        AmendmentGround::NotInRecordSet => "it is not part of the record set (45 CFR 164.526(a)(2)(ii))",
        AmendmentGround::NotForInspection => "it is not available for inspection (45 CFR 164.526(a)(2)(iii))",
        AmendmentGround::AccurateAndComplete => "it is accurate and complete (45 CFR 164.526(a)(2)(iv))",
    }
}

/// Why something was disclosed.
pub const fn disclosure_purpose(purpose: DisclosurePurpose) -> &'static str {
    match purpose {
        DisclosurePurpose::PublicHealth => "Public health activities (45 CFR 164.512(b))",
        DisclosurePurpose::AbuseReport => {
            "A report of abuse, neglect or domestic violence (45 CFR 164.512(b), (c))"
        }
        DisclosurePurpose::HealthOversight => "Oversight of health care by an agency (45 CFR 164.512(d))",
        DisclosurePurpose::Court => "A court's order, or a subpoena (45 CFR 164.512(e))",
        DisclosurePurpose::LawEnforcement => "Law enforcement (45 CFR 164.512(f))",
        DisclosurePurpose::Coroner => "A coroner, medical examiner or funeral director (45 CFR 164.512(g))",
        DisclosurePurpose::Research => "Research (45 CFR 164.512(i))",
        DisclosurePurpose::SeriousThreat => "To avert a serious threat (45 CFR 164.512(j))",
        DisclosurePurpose::WorkersCompensation => "Workers' compensation (45 CFR 164.512(l))",
        DisclosurePurpose::Other => "Another purpose",
    }
}

/// A consent in a sentence. Who else agreed is theirs to know.
pub fn consent(consent: &ConsentView) -> String {
    let given = moment(consent.granted_at);
    let (method, version) = (consent_method(consent.method), &consent.text_version);
    let revoked = consent.revoked_at.map(|at| format!("; taken back {}", moment(at))).unwrap_or_default();
    format!("Given {given}, {method}, wording {version}{revoked}.")
}

/// When a session was, as far as that was written down.
pub fn time_of(session: &EncounterView) -> DateTime<Utc> {
    session.started_at.or(session.scheduled_start).unwrap_or(session.created_at)
}
