//! Recording a session and sending sound to the server. This lives above the pages, so that neither a click
//! on another page nor signing in again loses a recording.

mod interrupted;
mod kept;
mod microphone;
mod remembered;
mod sending;
mod upstream;

use std::rc::Rc;

use leptos::prelude::*;
use shared::{EncounterId, RecordingId, recordings::SoundTrouble};
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
    /// A recording was cut off; all that was kept is on its way, or there.
    Interrupted(Interrupted),
    /// Sending sound.
    Sending(Sending),
    /// The server has it all.
    Done(RecordingId),
    /// The microphone cannot be used; says why.
    NoMicrophone(String),
    /// The server does not take a recording.
    NotBegun(Failure),
}

/// A recording that was cut off.
#[derive(Debug, Clone, PartialEq)]
pub struct Interrupted {
    /// How long it had become.
    pub elapsed_ms: u64,
    /// Whether this browser can go on with it.
    pub can_go_on: bool,
}

/// How much of a recording has arrived while it is being made.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Arrival {
    /// Bytes that the server has.
    pub received: u64,
    /// Bytes that were recorded.
    pub recorded: u64,
    /// Whether the connection is gone.
    pub waits: bool,
    /// Whether this browser keeps what has not arrived, should the page be closed.
    pub is_kept: bool,
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
    /// When the file was last changed, so that the same file picked again is known.
    modified: f64,
}

/// Recording and sending, for one session at a time.
#[derive(Debug, Clone, Copy)]
pub struct Capture {
    session: Session,
    doing: RwSignal<Doing>,
    encounter: RwSignal<Option<EncounterId>>,
    elapsed_ms: RwSignal<f64>,
    level: RwSignal<f64>,
    trouble: RwSignal<Option<SoundTrouble>>,
    microphone: StoredValue<Option<microphone::Microphone>, LocalStorage>,
    sound: StoredValue<Option<Sound>, LocalStorage>,
    arrival: RwSignal<Arrival>,
    upstream: StoredValue<Option<Rc<upstream::Upstream>>, LocalStorage>,
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
            trouble: RwSignal::new(None),
            microphone: StoredValue::new_local(None),
            sound: StoredValue::new_local(None),
            arrival: RwSignal::new(Arrival::default()),
            upstream: StoredValue::new_local(None),
            stop_sending: StoredValue::new_local(None),
        };
        window_event_listener_untyped("beforeunload", move |event| {
            if capture.would_lose_something() {
                event.prevent_default();
            }
        });
        // What was cut off here is sent as soon as its owner is back.
        let who = Memo::new(move |_| session.me().map(|me| me.user.id));
        Effect::new(move || {
            if who.get().is_some() {
                capture.restore();
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
        !matches!(
            self.doing.get(),
            Doing::Nothing | Doing::Done(_) | Doing::NoMicrophone(_) | Doing::NotBegun(_)
        )
    }

    /// How much of what is being recorded has arrived.
    pub fn arrival(self) -> Arrival {
        self.arrival.get()
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

    /// What could be better about the sound of the last two minutes.
    pub fn trouble(self) -> Option<SoundTrouble> {
        self.trouble.get()
    }

    /// Back to the beginning, after the end or a refusal.
    pub fn clear(self) {
        self.sound.set_value(None);
        self.encounter.set(None);
        self.doing.set(Doing::Nothing);
    }

    /// Whether what is being sent was recorded here, and is nowhere else.
    pub fn is_only_copy(self) -> bool {
        self.upstream.with_value(Option::is_some)
    }

    fn would_lose_something(self) -> bool {
        match self.doing.get_untracked() {
            Doing::Recording | Doing::Paused => true,
            Doing::Sending(_) => self.is_only_copy() && !self.arrival.get_untracked().is_kept,
            _ => false,
        }
    }
}
