//! A FHIR R4 Bundle (HL7 FHIR 4.0.1): of one note a `document`, of a record a `collection`.

mod narrative;
mod resources;

use std::collections::HashSet;

use serde_json::{Value, json};
use shared::{Phi, UserId};
use uuid::Uuid;

use crate::{
    WriteError,
    part::{Head, Part, Scope},
};

/// The parts as a Bundle.
pub fn write(parts: impl IntoIterator<Item = Part>) -> Result<Vec<u8>, WriteError> {
    let mut parts = parts.into_iter();
    let Some(Part::Head(head)) = parts.next() else { return Err(WriteError::CutOff) };
    let mut bundle = Bundle { entries: Vec::new(), people: HashSet::new() };
    bundle.add(head.practice_id, resources::organization(&head))?;
    bundle.add(head.client.id, resources::patient(&head))?;
    for part in parts {
        match part {
            Part::Head(_) => return Err(WriteError::CutOff),
            Part::Consent(consent) => bundle.add(consent.id, resources::consent(&head, &consent))?,
            Part::Session(session) => bundle.add(session.id, resources::encounter(&head, &session))?,
            Part::Note(note) => {
                for signature in note.signature.iter().chain(&note.co_signature) {
                    bundle.person(signature.signer_id, &signature.signer_name)?;
                }
                for addendum in &note.addenda {
                    bundle.person(addendum.author_id, &addendum.author_name)?;
                }
                let composition = resources::note(&head, &note);
                match head.scope {
                    // A document begins with its Composition (bdl-11).
                    Scope::Note => bundle.add_first(note.id, composition)?,
                    Scope::Record { .. } | Scope::Accounting { .. } => bundle.add(note.id, composition)?,
                }
                for addendum in &note.addenda {
                    bundle.add(addendum.id, resources::addendum(&head, &note, addendum))?;
                }
            }
            Part::Amendment(amendment) => {
                bundle.add(amendment.id, resources::amendment(&head, &amendment))?;
            }
            Part::Transcript(transcript) => {
                bundle.add(transcript.id, resources::transcript(&head, &transcript))?;
            }
            Part::TranscriptWithheld(session) => {
                // An id of its own, made of the session's, so that the same record has the same ids.
                let id = Uuid::from_u128(session.0.as_u128() ^ 1);
                bundle.add(id, resources::withheld(session))?;
            }
            Part::Disclosure(_) => return Err(WriteError::NotInFhir),
            Part::End => return bundle.finish(&head),
        }
    }
    Err(WriteError::CutOff)
}

struct Bundle {
    /// The entries as JSON, with commas between them.
    entries: Vec<u8>,
    /// Who is in it already.
    people: HashSet<UserId>,
}

impl Bundle {
    fn add(&mut self, id: impl Into<Uuid>, resource: Value) -> Result<(), WriteError> {
        if !self.entries.is_empty() {
            self.entries.push(b',');
        }
        Ok(serde_json::to_writer(&mut self.entries, &entry(id.into(), resource))?)
    }

    fn add_first(&mut self, id: impl Into<Uuid>, resource: Value) -> Result<(), WriteError> {
        let mut first = serde_json::to_vec(&entry(id.into(), resource))?;
        if !self.entries.is_empty() {
            first.push(b',');
        }
        self.entries.splice(0..0, first);
        Ok(())
    }

    fn person(&mut self, id: UserId, name: &Phi<String>) -> Result<(), WriteError> {
        if !self.people.insert(id) {
            return Ok(());
        }
        let person = json!({
            "resourceType": "Practitioner", "id": id, "name": [{ "text": name.reveal() }],
        });
        self.add(id, person)
    }

    fn finish(self, head: &Head) -> Result<Vec<u8>, WriteError> {
        let kind = match head.scope {
            Scope::Note => "document",
            Scope::Record { .. } => "collection",
            Scope::Accounting { .. } => return Err(WriteError::NotInFhir),
        };
        let mut bundle = json!({
            "resourceType": "Bundle",
            "meta": { "security": [resources::restricted()] },
            // Of the same practice, client and moment it is the same bundle.
            "identifier": {
                "system": "urn:ietf:rfc:3986",
                "value": format!("urn:uuid:{}", Uuid::from_u128(
                    head.client.id.0.as_u128() ^ u128::from(head.made_at.timestamp().unsigned_abs()))),
            },
            "type": kind,
            "timestamp": head.made_at,
        });
        if head.part2 {
            bundle["meta"]["security"] = json!([resources::restricted(), resources::part2()]);
        }
        let mut bytes = serde_json::to_vec(&bundle)?;
        // The last brace gives way to the entries.
        bytes.pop();
        bytes.extend_from_slice(b",\"entry\":[");
        bytes.extend_from_slice(&self.entries);
        bytes.extend_from_slice(b"]}\n");
        Ok(bytes)
    }
}

fn entry(id: Uuid, mut resource: Value) -> Value {
    prune(&mut resource);
    json!({ "fullUrl": format!("urn:uuid:{id}"), "resource": resource })
}

/// In FHIR what is not there is left out; nothing is null or empty.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, field| !is_empty(field));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            items.retain(|item| !is_empty(item));
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
