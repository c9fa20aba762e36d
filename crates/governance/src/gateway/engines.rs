//! The engines for one purpose.

use std::sync::Arc;

use access::{AccessError, Tx};
use llm::Completer;
use shared::{
    EncounterId,
    governance::{AiPurpose, AiSystemView},
};
use speech::{RecordingTranscriber, SpeakerSeparator, Transcriber};

use crate::systems::{self, Description, ensure_registered};

/// Something that introduces itself.
pub trait Engine: Send + Sync {
    /// As what.
    fn describe(&self) -> Description;
}

/// An engine for speech to text.
pub enum SpeechEngine {
    /// It takes a piece at a time, and answers at once.
    Pieces(Arc<dyn Transcriber>),
    /// It takes a whole recording, and answers later.
    Recordings(Arc<dyn RecordingTranscriber>),
}

impl SpeechEngine {
    /// One that takes pieces.
    pub fn of_pieces(engine: Arc<dyn Transcriber>) -> Arc<Self> {
        Arc::new(Self::Pieces(engine))
    }

    /// One that takes recordings.
    pub fn of_recordings(engine: Arc<dyn RecordingTranscriber>) -> Arc<Self> {
        Arc::new(Self::Recordings(engine))
    }

    pub(super) fn recordings(&self) -> Option<&dyn RecordingTranscriber> {
        match self {
            Self::Pieces(_) => None,
            Self::Recordings(engine) => Some(engine.as_ref()),
        }
    }
}

impl Engine for SpeechEngine {
    fn describe(&self) -> Description {
        match self {
            Self::Pieces(engine) => engine.system(),
            Self::Recordings(engine) => engine.system(),
        }
        .into()
    }
}

impl Engine for dyn SpeakerSeparator {
    fn describe(&self) -> Description {
        self.system().into()
    }
}

impl Engine for dyn Completer {
    fn describe(&self) -> Description {
        self.system().into()
    }
}

/// The engine of this computer, which a practice uses until it chooses another, and those elsewhere that the operator has
/// set up.
pub struct Engines<E: ?Sized> {
    here: Arc<E>,
    elsewhere: Vec<Arc<E>>,
}

// A derived one would ask for engines that can be cloned.
impl<E: ?Sized> Clone for Engines<E> {
    fn clone(&self) -> Self {
        Self { here: self.here.clone(), elsewhere: self.elsewhere.clone() }
    }
}

impl<E: ?Sized> Engines<E> {
    /// This one, and no other.
    pub fn only(here: Arc<E>) -> Self {
        Self { here, elsewhere: Vec::new() }
    }

    /// And one elsewhere.
    #[must_use]
    pub fn and(mut self, elsewhere: Option<Arc<E>>) -> Self {
        self.elsewhere.extend(elsewhere);
        self
    }
}

impl<E: Engine + ?Sized> Engines<E> {
    fn all(&self) -> impl Iterator<Item = &Arc<E>> {
        std::iter::once(&self.here).chain(&self.elsewhere)
    }

    /// The engine of a system, where it is set up.
    pub(super) fn named(&self, key: &str) -> Option<Arc<E>> {
        self.all().find(|engine| engine.describe().key == key).cloned()
    }

    /// The keys of their systems.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        self.all().map(|engine| engine.describe().key)
    }

    /// Enters all of them into the register.
    pub(super) async fn register(&self, tx: &mut Tx, purpose: AiPurpose) -> Result<(), AccessError> {
        for engine in self.all() {
            ensure_registered(tx, &engine.describe(), purpose).await?;
        }
        Ok(())
    }

    /// The system that is used for a session, and its engine where that is set up.
    pub(super) async fn in_use(
        &self,
        tx: &mut Tx,
        purpose: AiPurpose,
        encounter: Option<EncounterId>,
    ) -> Result<(AiSystemView, Option<Arc<E>>), AccessError> {
        let engine = match systems::store::find_chosen(tx, purpose, encounter).await? {
            None => &self.here,
            Some(chosen) => match self.all().find(|engine| engine.describe().key == chosen.key) {
                Some(engine) => engine,
                None => return Ok((chosen, None)),
            },
        };
        Ok((ensure_registered(tx, &engine.describe(), purpose).await?, Some(engine.clone())))
    }
}
