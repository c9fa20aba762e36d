//! One call of whisper.cpp: parameters, the run, and the text with its word times.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

use super::levels::{Levels, SAMPLES_PER_MS};
use super::text;
use crate::cut::{self, Heard};
use crate::model::ModelError;
use crate::transcriber::{Piece, PieceText, SAMPLE_RATE, TranscribeError};

/// Version of the linked whisper.cpp.
pub(crate) fn version() -> &'static str {
    whisper_rs::WHISPER_CPP_VERSION
}

/// Reads a model file into memory.
pub(crate) fn load(path: &Path) -> Result<WhisperContext, ModelError> {
    if !path.is_file() {
        return Err(ModelError::missing(path));
    }
    let parameters = WhisperContextParameters { use_gpu: false, ..WhisperContextParameters::default() };
    WhisperContext::new_with_params(path, parameters).map_err(|_error| ModelError::damaged(path))
}

/// Transcribes one piece with fresh states, so that the result depends on nothing but the piece.
///
/// whisper.cpp would go on by itself from the last time mark to the end of the samples, and pay for a whole
/// window to hear half a second of silence. Here each window is heard once, and what follows the last mark is
/// heard only if something loud is there.
pub(crate) fn transcribe(
    model: &WhisperContext,
    piece: &Piece,
    cancel: &Arc<AtomicBool>,
) -> Result<PieceText, TranscribeError> {
    let language = language(model, piece)?;
    let levels = Levels::of(&piece.samples);
    let mut all = Vec::new();
    let mut from_ms = 0;
    while levels.speech_after(from_ms) {
        let samples = &piece.samples[(from_ms as usize * SAMPLES_PER_MS).min(piece.samples.len())..];
        let state = hear(model, samples, language, cancel)?;
        let heard = state.as_iter().flat_map(|segment| text::heard(&segment, model, &levels, from_ms));
        all.extend(heard);
        match all.last().and_then(|heard: &Heard| heard.marked_end_ms) {
            Some(end_ms) if end_ms >= from_ms + 1000 => from_ms = end_ms,
            _ => break, // it heard nothing, or everything to the end
        }
    }
    let (segments, dropped) = cut::cut(all);
    Ok(PieceText { segments, dropped })
}

fn hear(
    model: &WhisperContext,
    samples: &[i16],
    language: Option<&str>,
    cancel: &Arc<AtomicBool>,
) -> Result<WhisperState, TranscribeError> {
    let engine = |error: whisper_rs::WhisperError| TranscribeError::Engine(error.to_string());
    let mut floats = vec![0.0; samples.len().max(MINIMUM_SAMPLES)];
    whisper_rs::convert_integer_to_float_audio(samples, &mut floats[..samples.len()]).map_err(engine)?;
    let mut state = model.create_state().map_err(engine)?;
    let parameters = parameters(language, floats.len());
    CANCEL.set(Some(cancel.clone()));
    let outcome = state.full(parameters, &floats);
    CANCEL.set(None);
    if cancel.load(Ordering::Relaxed) {
        return Err(TranscribeError::Cancelled);
    }
    outcome.map_err(engine)?;
    Ok(state)
}

/// whisper.cpp refuses less than a tenth of a second and does poorly under one; silence fills it up.
const MINIMUM_SAMPLES: usize = SAMPLE_RATE as usize * 11 / 10;

/// Encoder positions per second of sound, and the full window of 30 s.
const POSITIONS_PER_SECOND: usize = 50;
const FULL_WINDOW: usize = 1500;
const SHORTEST_WINDOW: usize = 384;
const MARGIN: usize = 128;

/// How much of the encoder's window a piece needs. The rest would be silence, at full price. The model was
/// trained on full windows and loses accuracy on very short ones, hence the margin and the floor.
fn window(samples: usize) -> usize {
    let positions = samples.div_ceil(SAMPLE_RATE as usize / POSITIONS_PER_SECOND);
    (positions + MARGIN).clamp(SHORTEST_WINDOW, FULL_WINDOW)
}

fn parameters(language: Option<&str>, samples: usize) -> FullParams<'_, 'static> {
    let mut parameters = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    parameters.set_n_threads(1);
    parameters.set_language(language);
    parameters.set_no_context(true);
    parameters.set_audio_ctx(window(samples) as i32);
    // One segment with its time marks among the tokens: whisper.cpp then stops after one window.
    parameters.set_single_segment(true);
    parameters.set_suppress_blank(true);
    parameters.set_suppress_nst(true);
    // Whisper's own remedy against loops and guesses: decode again, less greedily.
    parameters.set_temperature(0.0);
    parameters.set_temperature_inc(0.2);
    parameters.set_entropy_thold(2.4);
    parameters.set_logprob_thold(-1.0);
    parameters.set_no_speech_thold(0.6);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_special(false);
    parameters.set_print_timestamps(false);
    abort_when(&mut parameters, is_cancelled);
    parameters
}

/// The binding never frees the callback and in 0.16 hands its trampoline a pointer of another type. Both are
/// harmless for a function that captures nothing and has no size, which is therefore all this takes.
fn abort_when<F: FnMut() -> bool + 'static>(parameters: &mut FullParams<'_, '_>, condition: F) {
    const { assert!(size_of::<F>() == 0, "the callback must not capture anything") };
    parameters.set_abort_callback_safe::<Option<F>, F>(Some(condition));
}

thread_local! {
    /// The flag of the piece that this thread works on. With one thread per piece whisper.cpp asks on the
    /// thread that called it.
    static CANCEL: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

fn is_cancelled() -> bool {
    CANCEL.with_borrow(|flag| flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)))
}

/// The code to tell the engine; `None` lets it detect the language.
fn language<'a>(model: &WhisperContext, piece: &'a Piece) -> Result<Option<&'a str>, TranscribeError> {
    if !model.is_multilingual() {
        return Ok(Some("en"));
    }
    match piece.language.as_deref() {
        None => Ok(None),
        Some(code) => {
            let known =
                code.bytes().all(|byte| byte.is_ascii_lowercase()) && whisper_rs::get_lang_id(code).is_some();
            known.then_some(Some(code)).ok_or(TranscribeError::UnknownLanguage)
        }
    }
}
