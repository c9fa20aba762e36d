//! The resources. Terminologies: LOINC 11510-5 and 59284-0, HL7 v3 ActCode and Confidentiality, CPT.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use shared::{
    EncounterId,
    amendments::{AmendmentView, Paper},
    consents::{ConsentKind, ConsentView},
    encounters::{EncounterView, Setting},
    notes::{AddendumView, NoteStatus, NoteView},
    transcripts::TranscriptView,
};

use super::narrative::narrative;
use crate::{part::Head, words};

const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/// A label: not for everybody who may see a chart.
pub fn restricted() -> Value {
    json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R", "display": "restricted" })
}

/// A label: 42 CFR part 2.
pub fn part2() -> Value {
    json!({ "system": ACT, "code": "42CFRPart2", "display": "42 CFR Part2" })
}

fn to(id: impl std::fmt::Display) -> Value {
    json!({ "reference": format!("urn:uuid:{id}") })
}

/// The practice.
pub fn organization(head: &Head) -> Value {
    json!({ "resourceType": "Organization", "id": head.practice_id, "name": head.practice_name.reveal() })
}

/// The client.
pub fn patient(head: &Head) -> Value {
    let client = &head.client;
    let (country, state) = match client.jurisdiction.split_once('-') {
        Some((country, state)) => (country, Some(state)),
        None => (client.jurisdiction.as_str(), None),
    };
    let telecom = [("email", &client.email), ("phone", &client.phone)].map(|(system, value)| {
        value.as_ref().map(|value| json!({ "system": system, "value": value.reveal() }))
    });
    let pronouns = client.pronouns.as_ref().map(|pronouns| {
        json!([{
            "url": "http://hl7.org/fhir/StructureDefinition/individual-pronouns",
            "extension": [{ "url": "value", "valueCodeableConcept": { "text": pronouns.reveal() } }],
        }])
    });
    json!({
        "resourceType": "Patient",
        "id": client.id,
        "extension": pronouns,
        "identifier": [client.external_id.as_ref().map(|id| json!({ "value": id.reveal() }))],
        "name": [{
            "use": "official", "text": words::name(client),
            "family": client.family_name.reveal(), "given": [client.given_name.reveal()],
        }],
        "telecom": telecom,
        "birthDate": client.date_of_birth.as_ref().map(shared::Phi::reveal),
        "address": [{ "state": state, "country": country }],
        "managingOrganization": to(head.practice_id),
    })
}

/// What the client agreed to.
pub fn consent(head: &Head, consent: &ConsentView) -> Value {
    let scope = match consent.kind {
        ConsentKind::Telehealth => "treatment",
        ConsentKind::Recording | ConsentKind::AiProcessing | ConsentKind::Part2Tpo => "patient-privacy",
    };
    json!({
        "resourceType": "Consent",
        "id": consent.id,
        "status": if consent.revoked_at.is_some() { "inactive" } else { "active" },
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": scope }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": to(head.client.id),
        "dateTime": consent.granted_at,
        "organization": [to(head.practice_id)],
        "policyRule": {
            "text": format!("{}, wording {}, {}", words::consent_kind(consent.kind), consent.text_version,
                words::consent_method(consent.method)),
        },
        "provision": { "type": "permit", "period": { "start": consent.granted_at, "end": consent.revoked_at } },
    })
}

/// A session. Who else was in it is theirs to know.
pub fn encounter(head: &Head, session: &EncounterView) -> Value {
    let (class, display) = match session.setting {
        Setting::InPerson => ("AMB", "ambulatory"),
        Setting::Video | Setting::Phone => ("VR", "virtual"),
    };
    let status = match (session.started_at, session.ended_at) {
        (_, Some(_)) => "finished",
        (None, None) if session.scheduled_start.is_some() => "planned",
        (_, None) => "unknown",
    };
    let code = session
        .cpt_code
        .as_ref()
        .map(|code| json!({ "coding": [{ "system": "http://www.ama-assn.org/go/cpt", "code": code }] }));
    let how = format!("{}, {}", words::modality(session.modality), words::setting(session.setting));
    json!({
        "resourceType": "Encounter",
        "id": session.id,
        "status": status,
        "class": { "system": ACT, "code": class, "display": display },
        "type": [{ "text": how }, code],
        "subject": to(head.client.id),
        "period": { "start": session.started_at.or(session.scheduled_start), "end": session.ended_at },
        "serviceProvider": to(head.practice_id),
    })
}

fn note_type(text: &str) -> Value {
    json!({
        "coding": [{ "system": "http://loinc.org", "code": "11510-5", "display": "Psychology Progress note" }],
        "text": text,
    })
}

/// A note with its signatures.
pub fn note(head: &Head, note: &NoteView) -> Value {
    let title = format!("Progress note ({})", note.template_id.title());
    let status = match note.status {
        NoteStatus::Draft | NoteStatus::AwaitingCoSignature => "preliminary",
        NoteStatus::Signed if note.addenda.is_empty() => "final",
        NoteStatus::Signed => "amended",
    };
    let authors = match &note.signature {
        Some(signature) => vec![to(signature.signer_id)],
        None => vec![to(head.practice_id)],
    };
    let attesters =
        [("professional", &note.signature), ("legal", &note.co_signature)].map(|(mode, signature)| {
            signature
                .as_ref()
                .map(|it| json!({ "mode": mode, "time": it.signed_at, "party": to(it.signer_id) }))
        });
    let sections: Vec<Value> = note
        .sections
        .iter()
        .filter(|section| !section.sentences.is_empty())
        .map(|section| {
            let sentences = section.sentences.iter().map(|one| one.text.reveal().as_str());
            json!({ "title": section.title, "code": { "text": section.key }, "text": narrative(sentences) })
        })
        .collect();
    json!({
        "resourceType": "Composition",
        "id": note.id,
        "meta": { "security": [restricted()] },
        "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", note.id) },
        "status": status,
        "type": note_type(&title),
        "subject": to(head.client.id),
        "encounter": to(note.encounter_id),
        "date": note.signature.as_ref().map_or(note.updated_at, |signature| signature.signed_at),
        "author": authors,
        "title": title,
        "confidentiality": "R",
        "attester": attesters,
        "custodian": to(head.practice_id),
        "section": sections,
    })
}

/// What was added to a signed note.
pub fn addendum(head: &Head, note: &NoteView, addendum: &AddendumView) -> Value {
    json!({
        "resourceType": "Composition",
        "id": addendum.id,
        "meta": { "security": [restricted()] },
        "status": "final",
        "type": note_type("Addendum"),
        "subject": to(head.client.id),
        "encounter": to(note.encounter_id),
        "date": addendum.created_at,
        "author": [to(addendum.author_id)],
        "title": "Addendum",
        "confidentiality": "R",
        "custodian": to(head.practice_id),
        "relatesTo": [{ "code": "appends", "targetReference": to(note.id) }],
        "section": [{ "title": "Addendum", "text": narrative([addendum.text.reveal().as_str()]) }],
    })
}

/// A request that something be changed, its answer, and what followed: each a section.
pub fn amendment(head: &Head, amendment: &AmendmentView) -> Value {
    let section = |title: &str, text: &str| json!({ "title": title, "text": narrative([text]) });
    let mut sections =
        vec![section("Asked for", amendment.change.reveal()), section("Why", amendment.reason.reveal())];
    sections.extend(amendment.acceptance.as_ref().map(|it| section("Accepted", it.words.reveal())));
    if let Some(denial) = &amendment.denial {
        let ground = words::amendment_ground(denial.ground);
        let title = format!("Denied {}, because {ground}", denial.told_on);
        sections.push(section(&title, denial.words.reveal()));
    }
    let papers = [
        ("Statement of disagreement", &amendment.statement),
        ("Rebuttal", &amendment.rebuttal),
        ("Also told", &amendment.others_told),
    ];
    let paper = |title: &str, paper: &Paper| section(&format!("{title}, {}", paper.on), paper.words.reveal());
    sections.extend(papers.iter().filter_map(|(title, it)| Some(paper(title, it.as_ref()?))));
    let appends = |id: String| json!({ "code": "appends", "targetReference": to(id) });
    json!({
        "resourceType": "Composition",
        "id": amendment.id,
        "meta": { "security": [restricted()] },
        "status": "final",
        "type": { "text": "Request to change the record" },
        "subject": to(head.client.id),
        "date": amendment.settled_at.map_or_else(|| json!(amendment.received_on), |at| json!(at)),
        "author": [to(head.client.id), to(head.practice_id)],
        "title": format!("Request of {} to change the record", amendment.received_on),
        "confidentiality": "R",
        "custodian": to(head.practice_id),
        "relatesTo": [amendment.note_id.map(|id| appends(id.to_string()))],
        "section": sections,
    })
}

/// What was said in a session, as text.
pub fn transcript(head: &Head, transcript: &TranscriptView) -> Value {
    let mut text = String::new();
    if let Some(removal) = &transcript.removal {
        let _ = writeln!(text, "It was removed on {}, as the practice has set.", words::moment(removal.at));
        for one in &removal.evidence {
            let (at, who) = (words::offset(one.start_ms), words::role(one.role));
            let said = one.quotation.as_ref().map_or("", |quotation| quotation.reveal());
            let _ = writeln!(text, "[{at}] {who}: {said}");
        }
    }
    for segment in &transcript.segments {
        let speaker = transcript.speakers.iter().find(|one| Some(one.id) == segment.speaker_id);
        let who = speaker.map_or("Voice", |one| words::role(one.role));
        let (at, said) = (words::offset(segment.start_ms), segment.text.reveal());
        let _ = writeln!(text, "[{at}] {who}: {said}");
    }
    json!({
        "resourceType": "DocumentReference",
        "id": transcript.id,
        "meta": { "security": [restricted()] },
        "status": "current",
        "type": { "text": "Transcript of a session" },
        "subject": to(head.client.id),
        "custodian": to(head.practice_id),
        "content": [{ "attachment": {
            "contentType": "text/plain; charset=utf-8", "title": "Transcript", "data": BASE64.encode(text),
        } }],
        "context": { "encounter": [to(transcript.encounter_id)] },
    })
}

/// Says that there is a transcript which is not in here.
pub fn withheld(session: EncounterId) -> Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{
            "severity": "information",
            "code": "suppressed",
            "details": {
                "text": "What was said in this session was written down. It is not in here, because it holds the words of others.",
            },
            "diagnostics": format!("urn:uuid:{session}"),
        }],
    })
}
