//! The embedded completer: it selects, quotes and sorts what was said, and can say nothing else.

mod blocks_of_risk;
mod place;
mod quote;

use async_trait::async_trait;

use crate::{
    completer::{Completer, DraftError, SystemDescription},
    draft::{Draft, Section, Sentence},
    exchange::{Block, blocks},
    turn::{DraftRequest, NoteFormat, Turn},
};

/// The deterministic extractive composer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extract;

#[async_trait]
impl Completer for Extract {
    fn system(&self) -> SystemDescription {
        SystemDescription {
            key: "local-extract".to_owned(),
            name: "Extract (embedded)".to_owned(),
            version: format!("{}+risk{}", env!("CARGO_PKG_VERSION"), crate::RISK_VERSION),
            vendor: "this computer".to_owned(),
            local: true,
        }
    }

    async fn draft(&self, request: DraftRequest) -> Result<Draft, DraftError> {
        Self::compose(&request)
    }
}

impl Extract {
    /// Drafts without waiting: about a millisecond for each minute of a session.
    ///
    /// # Errors
    /// [`DraftError::NothingSaid`].
    pub fn compose(request: &DraftRequest) -> Result<Draft, DraftError> {
        let blocks = blocks(&request.turns);
        if blocks.is_empty() {
            return Err(DraftError::NothingSaid);
        }
        let session = Session { turns: &request.turns, blocks };
        let mut placed = Placed::default();
        session.list_risk(&mut placed);
        session.list_medication(&mut placed);
        session.place_the_rest(request.format, &mut placed);
        Ok(placed.into_draft(request.format))
    }
}

/// What is drafted from.
struct Session<'a> {
    turns: &'a [Turn],
    blocks: Vec<Block>,
}

/// Where sentences go, before a form gives them their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Risk,
    Medication,
    /// What the client reports.
    Report,
    /// What was done and measured in the session.
    Done,
    /// What the therapist did, where the form asks for it apart.
    Intervention,
    /// How the client responded.
    Response,
    MentalStatus,
    Assessment,
    Plan,
}

impl Place {
    const fn key(self, format: NoteFormat) -> &'static str {
        match (self, format) {
            (Self::Risk, _) => "risk",
            (Self::Medication, _) => "medication",
            (Self::Report, NoteFormat::Soap) => "subjective",
            (Self::Done | Self::Intervention | Self::Response, NoteFormat::Soap) => "objective",
            (Self::Report | Self::Done | Self::Intervention | Self::Response, NoteFormat::Dap) => "data",
            (Self::Report, NoteFormat::Birp) => "behaviour",
            // A formulation is something the therapist did, where the form has no assessment.
            (Self::Done | Self::Intervention | Self::Assessment, NoteFormat::Birp) => "intervention",
            (Self::Response, NoteFormat::Birp) => "response",
            (Self::Assessment, _) => "assessment",
            (Self::MentalStatus, _) => "mental_status",
            (Self::Plan, _) => "plan",
        }
    }
}

/// A sentence with its place and the position in the session by which it is sorted.
struct Entry {
    place: Place,
    position: (usize, usize),
    sentence: Sentence,
}

#[derive(Default)]
struct Placed {
    entries: Vec<Entry>,
    /// Sentences already shown, as (block, sentence): nothing is said twice.
    shown: std::collections::HashSet<(usize, usize)>,
}

impl Placed {
    fn into_draft(mut self, format: NoteFormat) -> Draft {
        self.entries.sort_by_key(|entry| entry.position);
        let mut sections: Vec<Section> = format
            .sections()
            .iter()
            .map(|shape| Section {
                key: shape.key.to_owned(),
                title: shape.title.to_owned(),
                prompt: Some(shape.prompt.to_owned()),
                sentences: Vec::new(),
            })
            .collect();
        for Entry { place, sentence, .. } in self.entries {
            let key = place.key(format);
            if let Some(section) = sections.iter_mut().find(|section| section.key == key) {
                section.prompt = None;
                section.sentences.push(sentence);
            }
        }
        Draft { sections, label: "extract".to_owned(), tokens: None }
    }
}
