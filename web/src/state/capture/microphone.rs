//! The microphone: opened, listened to, and put into pieces of five seconds that are kept in memory.

use std::{cell::RefCell, rc::Rc, time::Duration};

use js_sys::Array;
use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};
use shared::EncounterId;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AnalyserNode, AudioContext, Blob, BlobEvent, BlobPropertyBag, MediaRecorder, MediaRecorderOptions,
    MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

use super::{Capture, Doing};
use crate::api::browser;

/// Milliseconds of sound in a piece.
const PIECE_MS: i32 = 5_000;
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
            match self.open().await {
                Ok(microphone) => {
                    self.microphone.set_value(Some(microphone));
                    self.doing.set(Doing::Recording);
                }
                Err(error) => self.doing.set(Doing::NoMicrophone(why(&error))),
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
            self.doing.set(if recording { Doing::Paused } else { Doing::Recording });
        }
    }

    /// Ends the recording and sends it.
    pub fn stop(self) {
        self.microphone.with_value(|microphone| {
            if let Some(microphone) = microphone {
                // The last piece arrives before `stop` is heard, which sends everything.
                let _ = microphone.recorder.stop();
            }
        });
    }

    async fn open(self) -> Result<Microphone, JsValue> {
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
        let kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"]
            .into_iter()
            .find(|kind| MediaRecorder::is_type_supported(kind));
        if let Some(kind) = kind {
            options.set_mime_type(kind);
        }
        options.set_audio_bits_per_second(BITS_A_SECOND);
        let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options)?;

        let pieces = Array::new();
        let on_piece = {
            let pieces = pieces.clone();
            Closure::<dyn FnMut(BlobEvent)>::new(move |event: BlobEvent| {
                if let Some(piece) = event.data().filter(|piece| piece.size() > 0.0) {
                    pieces.push(&piece);
                }
            })
        };
        recorder.set_ondataavailable(Some(on_piece.as_ref().unchecked_ref()));
        let on_stop = Closure::<dyn FnMut()>::new(move || self.finish(&pieces));
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
        set_interval_with_handle(
            {
                let samples = RefCell::new(move || {
                    analyser.get_float_time_domain_data(&mut samples);
                    let power = samples.iter().map(|one| one * one).sum::<f32>() / samples.len() as f32;
                    let now = browser::now_ms();
                    let passed = now - std::mem::replace(&mut last, now);
                    (f64::from(power.sqrt()), passed)
                });
                move || {
                    let (loudness, passed) = (samples.borrow_mut())();
                    let recording = self.doing.get_untracked() == Doing::Recording;
                    if recording {
                        self.elapsed_ms.update(|elapsed| *elapsed += passed);
                    }
                    // From -60 dB (a quiet room) to 0 dB (the loudest), evenly for the ear.
                    let decibels = 20.0 * loudness.max(1e-6).log10();
                    self.level.set(if recording { (1.0 + decibels / 60.0).clamp(0.0, 1.0) } else { 0.0 });
                }
            },
            TICK,
        )
    }

    /// The recorder has stopped: by a person, or because the microphone went away.
    fn finish(self, pieces: &Array) {
        let Some(microphone) = self.microphone.try_update_value(Option::take).flatten() else { return };
        microphone.tick.clear();
        for track in microphone.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
        let _ = microphone.sound.close();
        if let Some(lock) = microphone.awake.borrow_mut().take() {
            browser::call(&lock, "release", &[]);
        }
        let kind = microphone.recorder.mime_type();
        let kind = kind.split(';').next().unwrap_or_default().to_owned();
        let bag = BlobPropertyBag::new();
        bag.set_type(&kind);
        match Blob::new_with_blob_sequence_and_options(pieces, &bag) {
            Ok(blob) => self.send_recording(blob, kind),
            Err(error) => self.doing.set(Doing::NoMicrophone(why(&error))),
        }
        // The closures are running: they may go only when this turn is over.
        set_timeout(move || drop(microphone), Duration::ZERO);
    }
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
