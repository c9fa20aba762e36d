//! Recording a session and sending sound to the server. This lives above the pages, so that neither a click
//! on another page nor signing in again loses a recording.

mod microphone;
mod remembered;
mod sending;

use leptos::prelude::*;
use shared::{EncounterId, RecordingId};
use web_sys::{AbortController, Blob};

use super::Session;
use crate::{api::Failure, logic::upload::Progress};

/// What capture is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// Nothing.
    Nothing,
    /// Waiting for the browser to open the microphone.
    Asking,
    /// Recording.
    Recording,
    /// Recording, but paused.
    Paused,
    /// Sending sound.
    Sending(Sending),
    /// The server has it all.
    Done(RecordingId),
    /// The microphone cannot be used; says why.
    NoMicrophone(String),
}

/// How sending goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    /// How far.
    pub progress: Progress,
    /// Whether it moves.
    pub state: SendingState,
    /// Whether it went on from an earlier attempt.
    pub resumed: bool,
}

/// Whether sending moves.
#[derive(Debug, Clone, PartialEq)]
pub enum SendingState {
    /// It does.
    Moving,
    /// The network is gone; it will go on by itself.
    Waiting,
    /// A person paused it.
    Paused,
    /// The server refused.
    Refused(Failure),
}

/// The sound being sent.
#[derive(Debug, Clone)]
pub(super) struct Sound {
    blob: Blob,
    name: String,
    kind: String,
    /// When the file was last changed, so that the same file picked again is known; `None` for a recording
    /// made here, which does not outlive the page.
    modified: Option<f64>,
}

/// Recording and sending, for one session at a time.
#[derive(Debug, Clone, Copy)]
pub struct Capture {
    session: Session,
    doing: RwSignal<Doing>,
    encounter: RwSignal<Option<EncounterId>>,
    elapsed_ms: RwSignal<f64>,
    level: RwSignal<f64>,
    microphone: StoredValue<Option<microphone::Microphone>, LocalStorage>,
    sound: StoredValue<Option<Sound>, LocalStorage>,
    stop_sending: StoredValue<Option<AbortController>, LocalStorage>,
}

impl Capture {
    /// Nothing is going on yet.
    pub fn new(session: Session) -> Self {
        let capture = Self {
            session,
            doing: RwSignal::new(Doing::Nothing),
            encounter: RwSignal::new(None),
            elapsed_ms: RwSignal::new(0.0),
            level: RwSignal::new(0.0),
            microphone: StoredValue::new_local(None),
            sound: StoredValue::new_local(None),
            stop_sending: StoredValue::new_local(None),
        };
        window_event_listener_untyped("beforeunload", move |event| {
            if capture.would_lose_something() {
                event.prevent_default();
            }
        });
        capture
    }

    /// What is going on for one session.
    pub fn doing_for(self, encounter: EncounterId) -> Doing {
        if self.encounter.get() == Some(encounter) { self.doing.get() } else { Doing::Nothing }
    }

    /// The session something is going on for.
    pub fn busy_with(self) -> Option<EncounterId> {
        self.encounter.get().filter(|_| self.is_busy())
    }

    /// Whether something is going on.
    pub fn is_busy(self) -> bool {
        !matches!(self.doing.get(), Doing::Nothing | Doing::Done(_) | Doing::NoMicrophone(_))
    }

    /// What is going on, whatever it is for.
    pub fn doing(self) -> Doing {
        self.doing.get()
    }

    /// How long has been recorded, pauses left out.
    pub fn elapsed_ms(self) -> u64 {
        self.elapsed_ms.get() as u64
    }

    /// How loud it is: 0 to 1.
    pub fn level(self) -> f64 {
        self.level.get()
    }

    /// Back to the beginning, after the end or a refusal.
    pub fn clear(self) {
        self.sound.set_value(None);
        self.encounter.set(None);
        self.doing.set(Doing::Nothing);
    }

    /// The sound that has not reached the server, to be kept by hand.
    pub fn unsent(self) -> Option<Blob> {
        self.sound.with_value(|sound| {
            sound.as_ref().filter(|sound| sound.modified.is_none()).map(|sound| sound.blob.clone())
        })
    }

    fn would_lose_something(self) -> bool {
        match self.doing.get_untracked() {
            Doing::Recording | Doing::Paused => true,
            Doing::Sending(_) => self.unsent().is_some(),
            _ => false,
        }
    }
}
