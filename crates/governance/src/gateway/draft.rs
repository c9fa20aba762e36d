//! Drafting a note from what was said.

use llm::{Draft, DraftRequest, Role, Turn};
use shared::{Phi, SegmentId, governance::AiPurpose, templates::NoteFormat, transcripts::SpeakerRole};

use super::{CallContext, Gateway, GatewayError, Governed, call::bytes};
use crate::ledger::Usage;

/// One line of what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What evidence points at.
    pub segment_id: SegmentId,
    /// The speaker's part.
    pub role: SpeakerRole,
    /// The speaker's name, e.g. `Speaker 1`.
    pub label: Phi<String>,
    /// From, in the recording.
    pub start_ms: u64,
    /// To, in the recording.
    pub end_ms: u64,
    /// The words.
    pub text: Phi<String>,
}

impl Gateway {
    /// A draft of a note, every sentence of it with its evidence. `names` are those that nobody elsewhere learns.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn draft(
        &self,
        call: &CallContext,
        template: NoteFormat,
        said: Vec<Said>,
        names: Vec<Phi<String>>,
    ) -> Result<Governed<Draft>, GatewayError> {
        let request = DraftRequest {
            format: format(template),
            turns: said.into_iter().map(turn).collect(),
            names: names.into_iter().map(Phi::into_inner).collect(),
        };
        let input_hash = self.hash_input(call, &bytes(&request)?).await?;
        let (begun, engine) = self.begin(call, &self.completers, AiPurpose::Drafting, input_hash).await?;
        let result = self.while_allowed(call, &begun, engine.draft(request)).await.map(|draft| {
            let tokens = draft.tokens;
            let usage = Usage {
                input_tokens: tokens.map(|tokens| tokens.read),
                output_tokens: tokens.map(|tokens| tokens.written),
                ..Usage::default()
            };
            (draft, usage)
        });
        self.end(call, begun, result).await
    }
}

fn format(template: NoteFormat) -> llm::NoteFormat {
    match template {
        NoteFormat::Soap => llm::NoteFormat::Soap,
        NoteFormat::Dap => llm::NoteFormat::Dap,
        NoteFormat::Birp => llm::NoteFormat::Birp,
    }
}

fn turn(said: Said) -> Turn {
    Turn {
        id: said.segment_id.0,
        role: match said.role {
            SpeakerRole::Therapist => Role::Therapist,
            SpeakerRole::Client => Role::Client,
            SpeakerRole::Other => Role::Other,
            SpeakerRole::Unknown => Role::Unknown,
        },
        speaker_label: said.label.into_inner(),
        start_ms: said.start_ms,
        end_ms: said.end_ms,
        text: said.text.into_inner(),
    }
}
