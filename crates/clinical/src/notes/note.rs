//! What a note is: its sentences, and its one transition.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    AiCallId, ClientId, EncounterId, NoteId, Phi, PracticeId, SegmentId, SentenceId, UserId,
    notes::{AddendumView, NoteKind, NoteStatus, NoteView, Origin, Section, Sentence, Signature},
    templates::NoteFormat,
};

use super::canonical;

/// A note as it is kept.
#[derive(Debug, Clone)]
pub struct Note {
    pub id: NoteId,
    pub practice_id: PracticeId,
    pub encounter_id: EncounterId,
    pub client_id: ClientId,
    pub kind: NoteKind,
    pub template: NoteFormat,
    pub revision: i32,
    pub state: State,
    pub sections: Vec<KeptSection>,
    pub ai_call_id: Option<AiCallId>,
    pub draft_label: Option<String>,
    pub author_id: UserId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// How far a note is.
#[derive(Debug, Clone)]
pub enum State {
    /// Being written.
    Draft,
    /// Signed, for good.
    Signed(Signature),
}

/// One section as it is kept: its title comes from the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSection {
    pub key: String,
    pub sentences: Vec<KeptSentence>,
}

/// One sentence as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSentence {
    pub id: SentenceId,
    pub text: Phi<String>,
    pub origin: Origin,
    pub evidence: Vec<SegmentId>,
}

/// Who signs.
pub struct Signer {
    pub id: UserId,
    pub name: Phi<String>,
}

/// Why a note cannot become signed.
pub enum CannotSign {
    AlreadySigned,
    Empty,
}

impl Note {
    /// Every section of a format, with nothing in it.
    pub fn empty_sections(format: NoteFormat) -> Vec<KeptSection> {
        let empty =
            |(key, _, _): &(&str, _, _)| KeptSection { key: (*key).to_owned(), sentences: Vec::new() };
        format.sections().iter().map(empty).collect()
    }

    /// Draft → signed; the only way there.
    pub fn sign(mut self, signer: Signer, at: DateTime<Utc>) -> Result<Self, CannotSign> {
        if matches!(self.state, State::Signed(_)) {
            return Err(CannotSign::AlreadySigned);
        }
        if self.sections.iter().all(|section| section.sentences.is_empty()) {
            return Err(CannotSign::Empty);
        }
        self.revision += 1;
        self.updated_at = at;
        let sha256 = canonical::sha256(&self, signer.id, &signer.name, at);
        self.state = State::Signed(Signature {
            signer_id: signer.id,
            signer_name: signer.name,
            signed_at: at,
            sha256,
        });
        Ok(self)
    }

    /// Whether the signature is of these bytes. A draft has none that could be wrong.
    pub fn fits_its_signature(&self) -> bool {
        match &self.state {
            State::Draft => true,
            State::Signed(signature) => {
                let Signature { signer_id, signer_name, signed_at, sha256 } = signature;
                canonical::sha256(self, *signer_id, signer_name, *signed_at) == *sha256
            }
        }
    }

    pub fn status(&self) -> NoteStatus {
        match self.state {
            State::Draft => NoteStatus::Draft,
            State::Signed(_) => NoteStatus::Signed,
        }
    }

    /// The note as the app shows it.
    pub fn view(self, addenda: Vec<AddendumView>) -> NoteView {
        let status = self.status();
        let title = |key: &str| {
            let section = self.template.sections().iter().find(|(known, _, _)| *known == key);
            section.map_or(key, |(_, title, _)| title).to_owned()
        };
        let sections = self
            .sections
            .into_iter()
            .map(|section| Section {
                title: title(&section.key),
                key: section.key,
                sentences: section.sentences.into_iter().map(KeptSentence::view).collect(),
            })
            .collect();
        NoteView {
            id: self.id,
            encounter_id: self.encounter_id,
            client_id: self.client_id,
            kind: self.kind,
            template_id: self.template,
            status,
            revision: self.revision,
            sections,
            ai_call_id: self.ai_call_id,
            draft_label: self.draft_label,
            signature: match self.state {
                State::Draft => None,
                State::Signed(signature) => Some(signature),
            },
            addenda,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl KeptSentence {
    fn view(self) -> Sentence {
        Sentence { id: Some(self.id), text: self.text, origin: self.origin, evidence: self.evidence }
    }
}
