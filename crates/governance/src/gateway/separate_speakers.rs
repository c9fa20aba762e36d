//! Telling voices apart, and which line is whose.

use std::fmt;

use llm::{Role, Turn, suggest_roles};
use serde::Serialize;
use shared::{
    Phi,
    governance::AiPurpose,
    transcripts::{SpeakerCertainty, SpeakerRole},
};
use speech::{Certainty, PieceText, SpeakerTurns, SpokenSpans, SpokenText, TextSpan, assign};

use super::{CallContext, Gateway, GatewayError, Governed, call::bytes};
use crate::ledger::Usage;

/// What was heard in one piece, and where the piece starts in the recording.
#[derive(Debug, Clone)]
pub struct HeardPiece {
    /// Milliseconds from the start of the recording.
    pub start_ms: u64,
    /// Text with times from the start of the piece.
    pub text: PieceText,
}

/// One voice of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// The name shown: its suggested part, e.g. `Therapist`, or else its number, e.g. `Speaker 1`. A draft
    /// names it the same way.
    pub label: String,
    /// A suggestion of its part in the session.
    pub role: SpeakerRole,
}

/// One line of a recording.
#[derive(Clone, PartialEq, Serialize)]
pub struct Line {
    /// Which of the voices; `None` when nobody knows.
    pub voice: Option<usize>,
    /// From, in the recording.
    pub start_ms: u64,
    /// To, in the recording.
    pub end_ms: u64,
    /// What was said.
    pub text: Phi<String>,
    /// How sure the engine was, 0 to 1.
    pub confidence: f32,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({}..{} ms, {:?})", self.start_ms, self.end_ms, self.voice)
    }
}

/// Who said what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Voices {
    /// How sure the voices were told apart.
    pub certainty: SpeakerCertainty,
    /// The voices.
    pub voices: Vec<Voice>,
    /// The lines, in order of time.
    pub lines: Vec<Line>,
}

impl Gateway {
    /// Who said what. `speech` opens the speech of the recording anew each time it is called: once for
    /// the ledger's hash of what goes in, once for the engine.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn separate_speakers(
        &self,
        call: &CallContext,
        speech: impl Fn() -> SpokenSpans + Send + Sync,
        heard: Vec<HeardPiece>,
    ) -> Result<Governed<Voices>, GatewayError> {
        let input_hash = self.hash_speech(call, speech()).await?;
        let (begun, engine) = self.begin(call, &self.separators, AiPurpose::Speakers, input_hash).await?;
        let result = self.while_allowed(call, &begun, engine.separate(speech(), None)).await;
        self.end(call, begun, result.map(|turns| (separated(heard, &turns), Usage::default()))).await
    }

    /// A chain of keyed hashes over the spans, as no recording is held as a whole.
    async fn hash_speech(&self, call: &CallContext, speech: SpokenSpans) -> Result<[u8; 32], GatewayError> {
        let key = self.database.key_of(call.actor.practice_id()).await?;
        let chain = move || {
            speech.into_iter().try_fold([0; 32], |before, span| {
                let span = span.map_err(GatewayError::Sound)?;
                let sound: Vec<u8> = span.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
                let start = span.start_ms.to_be_bytes();
                Ok::<_, GatewayError>(key.keyed_hash("ai call input chain", &[&before, &start, &sound]))
            })
        };
        let chained =
            tokio::task::spawn_blocking(chain).await.map_err(|_stopped| GatewayError::Cancelled)??;
        self.hash_input(call, &bytes(&chained)?).await
    }
}

/// The text as that of one unknown voice: what remains when the voices could not be told apart.
pub fn one_voice(heard: Vec<HeardPiece>) -> Voices {
    let lines = spans(heard).into_iter().map(|span| Line {
        voice: Some(0),
        start_ms: span.start_ms,
        end_ms: span.end_ms,
        text: Phi::new(span.text),
        confidence: span.confidence,
    });
    Voices {
        certainty: SpeakerCertainty::Uncertain,
        lines: lines.collect(),
        voices: vec![Voice { label: numbered(0), role: SpeakerRole::Unknown }],
    }
}

fn spans(heard: Vec<HeardPiece>) -> Vec<TextSpan> {
    heard.into_iter().flat_map(|piece| piece.text.shifted(piece.start_ms).segments).collect()
}

fn numbered(voice: usize) -> String {
    format!("Speaker {}", voice + 1)
}

fn named(voice: usize, role: SpeakerRole) -> String {
    match role {
        SpeakerRole::Therapist => "Therapist".to_owned(),
        SpeakerRole::Client => "Client".to_owned(),
        SpeakerRole::Other | SpeakerRole::Unknown => numbered(voice),
    }
}

fn separated(heard: Vec<HeardPiece>, turns: &SpeakerTurns) -> Voices {
    let certainty = match turns.certainty {
        Certainty::Clear => SpeakerCertainty::Clear,
        Certainty::Uncertain { .. } => SpeakerCertainty::Uncertain,
    };
    voices(assign(&spans(heard), &turns.turns), usize::from(turns.speakers), certainty)
}

/// Who said what, where the engine that heard it has told the voices apart itself; `None` where it has not.
pub fn told_apart(heard: &[HeardPiece]) -> Option<Voices> {
    let told = heard.iter().flat_map(|piece| &piece.text.segments).map(|span| span.voice);
    let highest = told.max().filter(|_| heard.iter().all(all_told))??;
    let spoken = spans(heard.to_vec()).into_iter().map(SpokenText::from).collect();
    Some(voices(spoken, usize::from(highest) + 1, SpeakerCertainty::Clear))
}

/// Who said what, where it is known from the sound itself whose turn it is: no model is asked. `None` without turns.
pub fn by_turns(heard: Vec<HeardPiece>, turns: &[speech::Turn]) -> Option<Voices> {
    let highest = turns.iter().map(|turn| turn.speaker).max()?;
    Some(voices(assign(&spans(heard), turns), usize::from(highest) + 1, SpeakerCertainty::Clear))
}

fn all_told(piece: &HeardPiece) -> bool {
    piece.text.segments.iter().all(|span| span.voice.is_some())
}

fn voices(spoken: Vec<SpokenText>, voices: usize, certainty: SpeakerCertainty) -> Voices {
    let labelled = spoken.iter().filter_map(|text| Some((usize::from(text.speaker?), text)));
    let said: Vec<Turn> = labelled.map(|(voice, text)| turn(voice, text)).collect();
    let suggested = suggest_roles(&said);
    let voices = (0..voices).map(|voice| {
        let role = suggested.iter().find(|suggestion| suggestion.speaker_label == numbered(voice));
        let role = role.map_or(SpeakerRole::Unknown, |suggestion| part(suggestion.role));
        Voice { role, label: named(voice, role) }
    });
    let lines = spoken.into_iter().map(|text| Line {
        voice: text.speaker.map(usize::from),
        start_ms: text.start_ms,
        end_ms: text.end_ms,
        text: Phi::new(text.text),
        confidence: text.confidence,
    });
    Voices { certainty, voices: voices.collect(), lines: lines.collect() }
}

fn turn(voice: usize, text: &SpokenText) -> Turn {
    Turn {
        // Roles are suggested by label; nothing points at these turns.
        id: uuid::Uuid::nil(),
        role: Role::Unknown,
        speaker_label: numbered(voice),
        start_ms: text.start_ms,
        end_ms: text.end_ms,
        text: text.text.clone(),
    }
}

fn part(role: Role) -> SpeakerRole {
    match role {
        Role::Therapist => SpeakerRole::Therapist,
        Role::Client => SpeakerRole::Client,
        Role::Other => SpeakerRole::Other,
        Role::Unknown => SpeakerRole::Unknown,
    }
}
