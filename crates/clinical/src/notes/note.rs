//! What a note is: its sentences, and how it comes to be signed.
//!
//! ```text
//! draft ── sign ─────────────────────────────► signed
//!   ▲  └── sign, not alone ──► awaiting ── co-sign ──┘
//!   └───────── give back ─────────┘
//! ```

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    AiCallId, ClientId, EncounterId, NoteId, Phi, PracticeId, SegmentId, SentenceId, UserId,
    notes::{AddendumView, NoteKind, NoteStatus, NoteView, Origin, Section, Sentence, Signature},
    templates::NoteFormat,
};

use super::{canonical, risk::KeptDismissal};

/// A note as it is kept.
#[derive(Debug, Clone)]
pub struct Note {
    pub id: NoteId,
    pub practice_id: PracticeId,
    pub encounter_id: EncounterId,
    pub client_id: ClientId,
    /// Whose chart it was in when it was signed, where it was moved since.
    pub signed_in_chart_of: Option<ClientId>,
    pub kind: NoteKind,
    pub template: NoteFormat,
    pub revision: i32,
    pub state: State,
    pub sections: Vec<KeptSection>,
    pub ai_call_id: Option<AiCallId>,
    pub draft_label: Option<String>,
    /// Why it was given back, until it is signed again.
    pub given_back: Option<Phi<String>>,
    /// What is not signed: they are about the transcript, and the audit trail has them.
    pub dismissals: Vec<KeptDismissal>,
    pub author_id: UserId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// How far a note is.
#[derive(Debug, Clone)]
pub enum State {
    /// Being written.
    Draft,
    /// Signed by somebody whose signature is not enough.
    AwaitingCoSignature(Signature),
    /// Signed, for good.
    Signed(Signature),
    /// Signed by two, for good.
    CoSigned(Signature, Signature),
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

/// Whether a signature is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    Alone,
    WithAnother,
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

    /// Signs a draft.
    pub fn sign(mut self, signer: Signer, signs: Signs, at: DateTime<Utc>) -> Result<Self, CannotSign> {
        if !matches!(self.state, State::Draft) {
            return Err(CannotSign::AlreadySigned);
        }
        if self.sections.iter().all(|section| section.sentences.is_empty()) {
            return Err(CannotSign::Empty);
        }
        self.revision += 1;
        self.updated_at = at;
        let sha256 = canonical::sha256(&self, self.revision, signer.id, &signer.name, at);
        self.given_back = None;
        let signature = Signature { signer_id: signer.id, signer_name: signer.name, signed_at: at, sha256 };
        self.state = match signs {
            Signs::Alone => State::Signed(signature),
            Signs::WithAnother => State::AwaitingCoSignature(signature),
        };
        Ok(self)
    }

    /// The second signature, which is of the first; `None` when the note does not wait for one.
    pub fn co_sign(mut self, signer: Signer, at: DateTime<Utc>) -> Option<Self> {
        let State::AwaitingCoSignature(first) = self.state else { return None };
        let sha256 = canonical::co_signature(&first.sha256, signer.id, &signer.name, at);
        let second = Signature { signer_id: signer.id, signer_name: signer.name, signed_at: at, sha256 };
        self.revision += 1;
        self.updated_at = at;
        self.state = State::CoSigned(first, second);
        Some(self)
    }

    /// Back to being a draft, which the first signature does not outlive; `None` when the note does not
    /// wait for a second one.
    pub fn give_back(mut self, reason: Phi<String>, at: DateTime<Utc>) -> Option<Self> {
        let State::AwaitingCoSignature(_) = self.state else { return None };
        self.revision += 1;
        self.updated_at = at;
        self.given_back = Some(reason);
        self.signed_in_chart_of = None;
        self.state = State::Draft;
        Some(self)
    }

    /// Who signed first, of a note that waits for a second signature.
    pub fn awaits_co_signature_of(&self) -> Option<UserId> {
        match &self.state {
            State::AwaitingCoSignature(first) => Some(first.signer_id),
            _ => None,
        }
    }

    /// Whether the signatures are of these bytes. A draft has none that could be wrong.
    pub fn fits_its_signature(&self) -> bool {
        let first_fits = |revision: i32, signature: &Signature| {
            let Signature { signer_id, signer_name, signed_at, sha256 } = signature;
            canonical::sha256(self, revision, *signer_id, signer_name, *signed_at) == *sha256
        };
        match &self.state {
            State::Draft => true,
            State::Signed(first) | State::AwaitingCoSignature(first) => first_fits(self.revision, first),
            State::CoSigned(first, second) => {
                let Signature { signer_id, signer_name, signed_at, sha256 } = second;
                first_fits(self.revision - 1, first)
                    && canonical::co_signature(&first.sha256, *signer_id, signer_name, *signed_at) == *sha256
            }
        }
    }

    pub fn status(&self) -> NoteStatus {
        match self.state {
            State::Draft => NoteStatus::Draft,
            State::AwaitingCoSignature(_) => NoteStatus::AwaitingCoSignature,
            State::Signed(_) | State::CoSigned(..) => NoteStatus::Signed,
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
        let (signature, co_signature) = match self.state {
            State::Draft => (None, None),
            State::Signed(first) | State::AwaitingCoSignature(first) => (Some(first), None),
            State::CoSigned(first, second) => (Some(first), Some(second)),
        };
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
            signature,
            co_signature,
            given_back: self.given_back,
            addenda,
            dismissals: self.dismissals.into_iter().map(|one| one.dismissal).collect(),
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
