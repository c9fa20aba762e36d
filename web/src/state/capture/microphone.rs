//! The microphone: opened, listened to, and put into pieces of a second, each of which is kept and sent.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};
use shared::EncounterId;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AnalyserNode, AudioContext, BlobEvent, MediaRecorder, MediaRecorderOptions, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

use super::{Capture, Doing, upstream::Upstream};
use crate::{
    api::{SignedIn, browser},
    logic::meter::{Meter, Tick},
};

/// Milliseconds of sound in a piece: as much as a browser that dies takes with it.
const PIECE_MS: i32 = 1_000;
/// What browsers write, the best first.
const KINDS: [&str; 3] = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
/// Bits of sound a second: clear speech, 29 MB an hour.
const BITS_A_SECOND: u32 = 64_000;
/// How often the clock and the level meter move.
const TICK: Duration = Duration::from_millis(100);

/// An open microphone.
#[derive(Debug)]
pub struct Microphone {
    recorder: MediaRecorder,
    stream: MediaStream,
    sound: AudioContext,
    tick: IntervalHandle,
    /// Held while recording, so that the screen stays on.
    awake: Rc<RefCell<Option<JsValue>>>,
    _on_piece: Closure<dyn FnMut(BlobEvent)>,
    _on_stop: Closure<dyn FnMut()>,
}

impl Capture {
    /// Opens the microphone and records.
    pub fn record(self, encounter: EncounterId) {
        self.encounter.set(Some(encounter));
        self.elapsed_ms.set(0.0);
        self.doing.set(Doing::Asking);
        spawn_local(async move {
            let Some(me) = self.session.me_untracked() else { return self.clear() };
            let api = SignedIn::of(self.session);
            let kind = essence(kind().unwrap_or_default());
            match Upstream::begin(api, me.user.id.to_string(), encounter, kind).await {
                Ok(upstream) => {
                    let upstream = Rc::new(upstream);
                    self.arrival.set(upstream.arrival(false));
                    self.upstream.set_value(Some(Rc::clone(&upstream)));
                    self.open_for(upstream);
                }
                Err(failure) => self.doing.set(Doing::NotBegun(failure)),
            }
        });
    }

    /// Records into what is on its way.
    pub(super) fn open_for(self, upstream: Rc<Upstream>) {
        self.doing.set(Doing::Asking);
        spawn_local(async move {
            match self.open(Rc::clone(&upstream)).await {
                Ok(microphone) => {
                    self.microphone.set_value(Some(microphone));
                    self.doing.set(Doing::Recording);
                }
                Err(error) if upstream.is_empty() => {
                    self.discard_upstream();
                    self.doing.set(Doing::NoMicrophone(why(&error)));
                }
                Err(_) => self.interrupted(&upstream),
            }
        });
    }

    /// Pauses, or goes on.
    pub fn pause_or_go_on(self) {
        let recording = self.doing.get_untracked() == Doing::Recording;
        let done = self.microphone.with_value(|microphone| {
            microphone.as_ref().is_some_and(|microphone| {
                let recorder = &microphone.recorder;
                if recording { recorder.pause().is_ok() } else { recorder.resume().is_ok() }
            })
        });
        if done {
            if recording && let Some(upstream) = self.upstream.get_value() {
                self.send_on(upstream, true);
            }
            self.doing.set(if recording { Doing::Paused } else { Doing::Recording });
        }
    }

    /// Ends the recording and sends it.
    pub fn stop(self) {
        if let Some(upstream) = self.upstream.get_value() {
            upstream.is_over.set(true);
        }
        self.microphone.with_value(|microphone| {
            if let Some(microphone) = microphone {
                // The last piece arrives before `stop` is heard, which sends the rest.
                let _ = microphone.recorder.stop();
            }
        });
    }

    async fn open(self, upstream: Rc<Upstream>) -> Result<Microphone, JsValue> {
        let wishes = js_sys::Object::new();
        for (wish, value) in [
            ("channelCount", JsValue::from(1)),
            ("echoCancellation", false.into()),
            ("noiseSuppression", false.into()),
            ("autoGainControl", true.into()),
        ] {
            js_sys::Reflect::set(&wishes, &wish.into(), &value)?;
        }
        let constraints = MediaStreamConstraints::new();
        constraints.set_audio(&wishes);
        let asked =
            browser::window().navigator().media_devices()?.get_user_media_with_constraints(&constraints)?;
        let stream: MediaStream = JsFuture::from(asked).await?.unchecked_into();

        let options = MediaRecorderOptions::new();
        if let Some(kind) = kind() {
            options.set_mime_type(kind);
        }
        options.set_audio_bits_per_second(BITS_A_SECOND);
        let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options)?;

        let on_piece = Closure::<dyn FnMut(BlobEvent)>::new({
            let upstream = Rc::clone(&upstream);
            move |event: BlobEvent| {
                if let Some(piece) = event.data().filter(|piece| piece.size() > 0.0) {
                    self.heard(&upstream, piece);
                }
            }
        });
        recorder.set_ondataavailable(Some(on_piece.as_ref().unchecked_ref()));
        let on_stop = Closure::<dyn FnMut()>::new(move || self.stopped(&upstream));
        recorder.set_onstop(Some(on_stop.as_ref().unchecked_ref()));

        let sound = AudioContext::new()?;
        let analyser = sound.create_analyser()?;
        analyser.set_fft_size(1024);
        sound.create_media_stream_source(&stream)?.connect_with_audio_node(&analyser)?;
        let tick = self.ticking(analyser)?;

        recorder.start_with_time_slice(PIECE_MS)?;
        let awake = Rc::new(RefCell::new(None));
        spawn_local(stay_awake(awake.clone()));
        Ok(Microphone { recorder, stream, sound, tick, awake, _on_piece: on_piece, _on_stop: on_stop })
    }

    /// Moves the clock and the level meter.
    fn ticking(self, analyser: AnalyserNode) -> Result<IntervalHandle, JsValue> {
        let mut last = browser::now_ms();
        let mut samples = vec![0.0_f32; 1024];
        let mut meter = Meter::default();
        let tick = RefCell::new(move || {
            let now = browser::now_ms();
            let passed = now - std::mem::replace(&mut last, now);
            if self.doing.get_untracked() != Doing::Recording {
                self.level.set(0.0);
                return;
            }
            analyser.get_float_time_domain_data(&mut samples);
            let tick = Tick::of(&samples);
            self.elapsed_ms.update(|elapsed| *elapsed += passed);
            // From -60 dB (a quiet room) to 0 dB (the loudest), evenly for the ear.
            self.level.set((1.0 + tick.dbfs / 60.0).clamp(0.0, 1.0));
            meter.push(tick);
            if meter.is_due() {
                self.trouble.set(meter.trouble());
            }
        });
        set_interval_with_handle(move || (tick.borrow_mut())(), TICK)
    }

    /// The recorder has stopped: by a person, or because the microphone went away.
    fn stopped(self, upstream: &Rc<Upstream>) {
        self.close_microphone();
        match self.doing.get_untracked() {
            Doing::Recording | Doing::Paused if upstream.is_over.get() => self.send_upstream(),
            Doing::Recording | Doing::Paused => self.interrupted(upstream),
            _ => {}
        }
    }

    /// Lets the microphone go, if it is open.
    pub(super) fn close_microphone(self) {
        let Some(microphone) = self.microphone.try_update_value(Option::take).flatten() else { return };
        microphone.tick.clear();
        self.trouble.set(None);
        for track in microphone.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
        let _ = microphone.sound.close();
        if let Some(lock) = microphone.awake.borrow_mut().take() {
            browser::call(&lock, "release", &[]);
        }
        // The closures are running: they may go only when this turn is over.
        set_timeout(move || drop(microphone), Duration::ZERO);
    }
}

/// What this browser is asked to write.
fn kind() -> Option<&'static str> {
    KINDS.into_iter().find(|kind| MediaRecorder::is_type_supported(kind))
}

/// Whether this browser writes files of this kind.
pub(super) fn can_record(wanted: &str) -> bool {
    kind().is_some_and(|kind| essence(kind) == wanted)
}

fn essence(kind: &str) -> String {
    kind.split(';').next().unwrap_or_default().to_owned()
}

/// Keeps the screen on, where the browser can.
async fn stay_awake(kept: Rc<RefCell<Option<JsValue>>>) {
    let asked = browser::property(&browser::window().navigator(), "wakeLock")
        .and_then(|lock| browser::call(&lock, "request", &["screen".into()]));
    if let Some(Ok(promise)) = asked.map(JsCast::dyn_into::<js_sys::Promise>)
        && let Ok(lock) = JsFuture::from(promise).await
    {
        *kept.borrow_mut() = Some(lock);
    }
}

fn why(error: &JsValue) -> String {
    let name = browser::property(error, "name").and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" => {
            "The browser was not allowed to use the microphone. Allow it in the address bar, then try again."
        }
        "NotFoundError" => "No microphone was found. Connect one, then try again.",
        "NotReadableError" => "Another program is using the microphone. Close it, then try again.",
        _ => "The microphone could not be opened. You can choose a file instead.",
    }
    .to_owned()
}
