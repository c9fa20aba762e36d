//! The engines for one purpose.

use std::sync::Arc;

use access::{AccessError, Tx};
use llm::Completer;
use shared::governance::{AiPurpose, AiSystemView};
use speech::{SpeakerSeparator, Transcriber};

use crate::systems::{self, Description, ensure_registered};

/// Something that introduces itself.
pub trait Engine: Send + Sync {
    /// As what.
    fn describe(&self) -> Description;
}

impl Engine for dyn Transcriber {
    fn describe(&self) -> Description {
        self.system().into()
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

    /// Enters all of them into the register.
    pub(super) async fn register(&self, tx: &mut Tx, purpose: AiPurpose) -> Result<(), AccessError> {
        for engine in self.all() {
            ensure_registered(tx, &engine.describe(), purpose).await?;
        }
        Ok(())
    }

    /// The system that the practice uses, and its engine where that is set up.
    pub(super) async fn in_use(
        &self,
        tx: &mut Tx,
        purpose: AiPurpose,
    ) -> Result<(AiSystemView, Option<Arc<E>>), AccessError> {
        let engine = match systems::store::find_chosen(tx, purpose).await? {
            None => &self.here,
            Some(chosen) => match self.all().find(|engine| engine.describe().key == chosen.key) {
                Some(engine) => engine,
                None => return Ok((chosen, None)),
            },
        };
        Ok((ensure_registered(tx, &engine.describe(), purpose).await?, Some(engine.clone())))
    }
}
