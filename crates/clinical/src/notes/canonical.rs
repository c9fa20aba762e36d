//! The bytes that a signature is of.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::{
    AiCallId, ClientId, EncounterId, NoteId, Phi, PracticeId, UserId, notes::NoteKind, templates::NoteFormat,
};

use super::note::{KeptSection, Note};

/// Changes whenever the bytes below do; signatures of older formats are then checked as they were made.
const FORMAT: &str = "mindscribe-note-1";

/// Everything that was signed, in this order, as JSON without spaces. The order of the fields is
/// the order of their declaration.
#[derive(Serialize)]
struct Canonical<'a> {
    format: &'static str,
    practice_id: PracticeId,
    note_id: NoteId,
    encounter_id: EncounterId,
    client_id: ClientId,
    kind: NoteKind,
    template: NoteFormat,
    revision: i32,
    ai_call_id: Option<AiCallId>,
    draft_label: Option<&'a str>,
    sections: &'a [KeptSection],
    signer_id: UserId,
    signer_name: &'a Phi<String>,
    /// RFC 3339 with microseconds, which is what every database keeps.
    signed_at: String,
}

/// What a second signature is of, in the same way.
#[derive(Serialize)]
struct SecondSignature<'a> {
    format: &'static str,
    first_sha256: &'a str,
    signer_id: UserId,
    signer_name: &'a Phi<String>,
    signed_at: String,
}

/// SHA-256 (FIPS 180-4) of the canonical bytes of a note's revision, in hexadecimal.
pub fn sha256(
    note: &Note,
    revision: i32,
    signer_id: UserId,
    signer_name: &Phi<String>,
    signed_at: DateTime<Utc>,
) -> String {
    hashed(&Canonical {
        format: FORMAT,
        practice_id: note.practice_id,
        note_id: note.id,
        encounter_id: note.encounter_id,
        client_id: note.signed_in_chart_of.unwrap_or(note.client_id),
        kind: note.kind,
        template: note.template,
        revision,
        ai_call_id: note.ai_call_id,
        draft_label: note.draft_label.as_deref(),
        sections: &note.sections,
        signer_id,
        signer_name,
        signed_at: signed_at.to_rfc3339_opts(SecondsFormat::Micros, true),
    })
}

/// SHA-256 of the first signature with the second signer and time: so it is of the note as well.
pub fn co_signature(
    first_sha256: &str,
    signer_id: UserId,
    signer_name: &Phi<String>,
    signed_at: DateTime<Utc>,
) -> String {
    let signed_at = signed_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let format = "mindscribe-co-signature-1";
    hashed(&SecondSignature { format, first_sha256, signer_id, signer_name, signed_at })
}

fn hashed(canonical: &impl Serialize) -> String {
    let mut hasher = Sha256::new();
    match serde_json::to_writer(Hashing(&mut hasher), canonical) {
        Ok(()) => hex::encode(hasher.finalize()),
        Err(_) => unreachable!("every part has a JSON form and hashing does not fail"),
    }
}

struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
