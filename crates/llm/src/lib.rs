//! Turning what was said into the sentences of a draft note: the [`Completer`] trait and its embedded form,
//! [`Extract`], which copies and arranges what it finds and can add nothing; [`LanguageService`] asks a model elsewhere, and
//! keeps of its answer what was said.
//!
//! What holds of every [`Draft`]:
//! - **Evidence or silence.** A [`Sentence`] cannot be built without [`Evidence`]: at least one turn that was said.
//! - Nothing is assumed normal: a section nobody spoke to is empty and carries a prompt.
//! - Risk and medication are word for word, with speaker and time; they are never summarised.
//! - The same turns give the same draft.

mod completer;
mod cues;
mod draft;
mod exchange;
mod extract;
mod gate;
mod lexicon;
mod medication;
mod person;
mod relay;
mod risk;
mod risk_lines;
mod roles;
mod score;
mod service;
mod text;
mod turn;

pub use completer::{Completer, DraftError, SystemDescription};
pub use draft::{Draft, Evidence, NoEvidence, Section, Sentence, SentenceKind, Tokens};
pub use extract::Extract;
pub use gate::{Gap, supported};
pub use medication::mentions_medication;
pub use relay::{ChatAnswer, ChatModel, ChatRelay, ChatStream};
pub use risk::{RISK_VERSION, RiskTopic, risk_topics};
pub use risk_lines::{Manner, RiskLine, risk_lines};
pub use roles::{SuggestedRole, suggest_roles};
pub use service::LanguageService;
pub use turn::{DraftRequest, NoteFormat, Role, SectionShape, Turn};
