//! The local engines on real models and sound. Without the models each test says so and passes.

#![expect(clippy::expect_used, reason = "a test may fail loudly, in its helpers too")]

#[expect(dead_code, reason = "the example reads more of it")]
#[path = "sound/diarization.rs"]
mod diarization;
mod sound;
#[expect(dead_code, reason = "only the excerpt is heard here")]
#[path = "../../audio/tests/sounds/mod.rs"]
mod sounds;

use std::path::{Path, PathBuf};
use std::time::Duration;

use speech::{
    Certainty, LocalVoices, LocalWhisper, LocalWhisperConfig, Piece, SpeakerSeparator, SpeakerTurns,
    SpokenSpan, TranscribeError, Transcriber, assign,
};

fn fixture() -> Vec<i16> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/two-voices.wav");
    sound::read_wav(&path).expect("the fixture")
}

fn model(file: &str) -> Option<PathBuf> {
    let path = sound::models().join(file);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: {} is not there; `cargo xtask setup` makes it", path.display());
    None
}

fn whisper() -> Option<LocalWhisper> {
    Some(LocalWhisper::new(LocalWhisperConfig::new(model("whisper-tiny.en-q8_0.bin")?)))
}

fn piece(samples: Vec<i16>) -> Piece {
    Piece { samples, language: None }
}

async fn separate(spans: Vec<SpokenSpan>, expected: Option<u8>) -> Option<SpeakerTurns> {
    let voices = LocalVoices::new(model("voice-vectors-ge2e.safetensors")?);
    Some(voices.separate(Box::new(spans.into_iter().map(Ok)), expected).await.expect("separates"))
}

#[tokio::test]
async fn two_voices_in_conversation_become_text_with_the_right_speakers() {
    let Some(whisper) = whisper() else { return };
    let samples = fixture();
    let Some(turns) = separate(sound::spoken(&samples), None).await else { return };
    assert_eq!((turns.speakers, turns.certainty), (2, Certainty::Clear));
    let text = whisper.transcribe(piece(samples)).await.expect("transcribes");
    let said = |speaker: u8| {
        let texts = assign(&text.segments, &turns.turns);
        let own = texts.into_iter().filter(|text| text.speaker == Some(speaker)).map(|text| text.text);
        own.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    let (therapist, client) = (said(0), said(1));
    for word in ["sounds", "like", "lot", "how", "your", "sleep"] {
        assert!(therapist.contains(word) && !client.contains(word), "{word} is not said by the first voice");
    }
    for word in ["great", "keep", "waking", "morning", "lie", "thinking", "about", "work"] {
        assert!(client.contains(word) && !therapist.contains(word), "{word} is not said by the second voice");
    }
}

#[tokio::test]
async fn of_the_excerpt_hardly_any_time_is_given_to_the_wrong_voice() {
    let samples = sounds::excerpt();
    let mut voice = audio::VoiceActivity::new();
    voice.push(&samples);
    let spans = voice.finish().spans.into_iter().map(|span| SpokenSpan {
        start_ms: span.start_ms,
        samples: samples[span.start_ms as usize * 16..samples.len().min(span.end_ms as usize * 16)].to_vec(),
    });
    let Some(turns) = separate(spans.collect(), None).await else { return };
    let known = include_str!("../../../assets/role-play/excerpt.turns.json");
    let known: Vec<serde_json::Value> = serde_json::from_str(known).expect("the turns");
    let known = known.iter().map(|turn| diarization::Spoken {
        who: turn["speaker"].to_string(),
        start_ms: turn["start_ms"].as_u64().expect("a time"),
        end_ms: turn["end_ms"].as_u64().expect("a time"),
    });
    let known: Vec<_> = known.collect();
    let rate = diarization::error_rate(&known, &turns.turns);
    assert!(rate < 10.0, "{rate:.1} %");
    // Whoever says that one person spoke all the time is wrong about the other.
    let one = [speech::Turn { start_ms: 0, end_ms: 34_297, speaker: 0 }];
    assert!(diarization::error_rate(&known, &one) > 30.0);
    assert!(diarization::error_rate(&known, &[]) > 99.0);
}

#[tokio::test]
async fn times_of_words_lie_where_something_is_said() {
    let Some(whisper) = whisper() else { return };
    let samples = fixture();
    let text = whisper.transcribe(piece(samples.clone())).await.expect("transcribes");
    let words: Vec<_> = text.segments.iter().flat_map(|span| &span.words).collect();
    assert!(words.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms));
    let spans = sound::spoken(&samples);
    for word in words {
        let middle = u64::midpoint(word.start_ms, word.end_ms);
        let inside = |span: &SpokenSpan| {
            (span.start_ms..=span.start_ms + span.samples.len() as u64 / 16).contains(&middle)
        };
        assert!(spans.iter().any(inside), "a word lies in the pause at {middle} ms");
    }
}

#[tokio::test]
async fn silence_and_noise_have_no_text() {
    let Some(whisper) = whisper() else { return };
    let silence = whisper.transcribe(piece(vec![0; 5 * 16_000])).await.expect("transcribes");
    assert!(silence.segments.is_empty());
    let mut state = 12345_u32;
    let noise = (0..5 * 16_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 16) as i16) / 64
    });
    let noise = whisper.transcribe(piece(noise.collect())).await.expect("transcribes");
    assert!(noise.segments.is_empty(), "{} spans heard in noise", noise.segments.len());
}

#[tokio::test]
async fn one_voice_is_one_speaker() {
    let client = fixture()[4 * 16_000..].to_vec();
    let Some(turns) = separate(sound::spoken(&client), None).await else { return };
    assert_eq!(turns.speakers, 1);
}

#[tokio::test]
async fn a_recording_without_speech_has_no_speakers() {
    let Some(turns) = separate(Vec::new(), Some(2)).await else { return };
    assert_eq!((turns.speakers, turns.turns.len()), (0, 0));
}

#[tokio::test]
async fn a_real_conversation_of_two_has_two_speakers() {
    let Some(path) = std::env::var_os("MINDSCRIBE_CONVERSATION") else {
        println!(
            "skipped: MINDSCRIBE_CONVERSATION does not name a recording of two people (WAV, 16 kHz mono)"
        );
        return;
    };
    let samples = sound::read_wav(Path::new(&path)).expect("a recording");
    let Some(turns) = separate(sound::spoken(&samples), None).await else { return };
    assert_eq!((turns.speakers, turns.certainty), (2, Certainty::Clear));
}

#[tokio::test]
async fn the_same_piece_gives_the_same_text_twice() {
    let Some(whisper) = whisper() else { return };
    let once = whisper.transcribe(piece(fixture())).await.expect("transcribes");
    assert_eq!(once, whisper.transcribe(piece(fixture())).await.expect("transcribes"));
}

#[tokio::test]
async fn an_idle_model_leaves_memory() {
    let Some(path) = model("whisper-tiny.en-q8_0.bin") else { return };
    let config = LocalWhisperConfig { unload_after: Duration::ZERO, ..LocalWhisperConfig::new(path) };
    let whisper = LocalWhisper::new(config);
    assert!(!whisper.is_loaded());
    whisper.transcribe(piece(fixture()[..32_000].to_vec())).await.expect("transcribes");
    while whisper.is_loaded() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_abandoned_transcription_frees_its_worker() {
    let Some(whisper) = whisper() else { return };
    let abandoned =
        tokio::time::timeout(Duration::from_millis(1), whisper.transcribe(piece(fixture()))).await;
    assert!(abandoned.is_err());
    assert!(whisper.transcribe(piece(fixture()[..32_000].to_vec())).await.is_ok());
}

#[tokio::test]
async fn a_missing_model_says_how_to_get_it() {
    let whisper = LocalWhisper::new(LocalWhisperConfig::new("/nowhere/whisper.bin"));
    let error = whisper.transcribe(piece(fixture())).await.expect_err("no model");
    assert!(
        matches!(error, TranscribeError::Model(_)) && error.to_string().contains("cargo xtask setup"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_model_is_called_damaged() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/README.md");
    let error = LocalWhisper::new(LocalWhisperConfig::new(&path)).transcribe(piece(fixture())).await;
    assert!(error.expect_err("no model").to_string().contains("damaged"));
    let error = LocalVoices::new(&path).separate(Box::new(std::iter::empty()), None).await;
    assert!(error.expect_err("no model").to_string().contains("damaged"));
}

#[tokio::test]
async fn more_than_thirty_seconds_are_refused() {
    let whisper = LocalWhisper::new(LocalWhisperConfig::new("/nowhere/whisper.bin"));
    let error = whisper.transcribe(piece(vec![0; 31 * 16_000])).await.expect_err("too long");
    assert!(matches!(error, TranscribeError::TooLong { milliseconds: 31_000 }));
}

#[test]
fn debug_output_shows_neither_text_nor_sound() {
    let word = speech::Word { start_ms: 0, end_ms: 900, text: "marked".into(), confidence: 1.0 };
    let span = speech::TextSpan {
        start_ms: 0,
        end_ms: 900,
        text: "marked".into(),
        confidence: 1.0,
        words: vec![word],
        voice: None,
    };
    let shown = format!("{span:?} {:?} {:?}", span.words, assign(std::slice::from_ref(&span), &[]));
    assert!(!shown.contains("marked"));
    assert_eq!(format!("{:?}", piece(vec![7; 16_000])), "Piece(1000 ms)");
}
