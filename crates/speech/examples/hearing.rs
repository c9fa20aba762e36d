//! Prints how well the local engines hear: the bundled role-play, its excerpt made harder, sound in which nobody speaks,
//! and public recordings of several people. `MINDSCRIBE_DATA=folder cargo run -p speech --release --example hearing`; without the
//! variable the folder is `../shared/data` beside the workspace, and a recording that is not there is left out.

#![expect(clippy::expect_used, reason = "without its sound nothing can be measured")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use audio::{PIECE_MAX_MS, VoiceActivity, pieces};
use serde_json::Value;
use speech::{
    LocalVoices, LocalWhisper, LocalWhisperConfig, Piece, SpeakerSeparator, SpokenSpan, Transcriber, Turn,
};

#[path = "../tests/sound/diarization.rs"]
mod diarization;
#[expect(dead_code, reason = "nothing is stereo here")]
#[path = "../../audio/tests/sounds/mod.rs"]
mod sounds;
#[path = "../../xtask/src/bench/words.rs"]
mod words;

use diarization::{Spoken, error_rate};

type Failure = Box<dyn std::error::Error>;

/// The engines that are measured.
struct Ears {
    whisper: LocalWhisper,
    voices: LocalVoices,
}

/// What they made of a recording.
struct Heard {
    text: String,
    turns: Vec<Turn>,
    left_out: usize,
}

impl Ears {
    /// As the pipeline does it: voice activity, pieces, words, voices.
    async fn hear(&self, samples: &[i16]) -> Result<Heard, Failure> {
        let mut voice = VoiceActivity::new();
        voice.push(samples);
        let activity = voice.finish();
        let cut = |span: &audio::Span| {
            let at = |ms: u64| (ms as usize * 16).min(samples.len());
            samples[at(span.start_ms)..at(span.end_ms)].to_vec()
        };
        let (mut texts, mut left_out) = (Vec::new(), 0);
        for span in pieces(&activity.spans, &activity.levels, PIECE_MAX_MS) {
            let piece = Piece { samples: cut(&span), language: Some("en".to_owned()) };
            let heard = self.whisper.transcribe(piece).await?;
            left_out += heard.dropped.len();
            texts.extend(heard.segments.into_iter().map(|span| span.text));
        }
        let spans: Vec<_> = activity
            .spans
            .iter()
            .map(|span| Ok(SpokenSpan { start_ms: span.start_ms, samples: cut(span) }))
            .collect();
        let turns = self.voices.separate(Box::new(spans.into_iter()), None).await?.turns;
        Ok(Heard { text: texts.join(" "), turns, left_out })
    }
}

fn row(data: &str, what: &str, measured: &str, goal: &str) {
    println!("| {data} | {what} | {measured} | {goal} |");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let models = std::env::var_os("MINDSCRIBE_MODELS").map_or(root.join(".tools/models"), PathBuf::from);
    let data = std::env::var_os("MINDSCRIBE_DATA").map_or(root.join("../shared/data"), PathBuf::from);
    let ears = Ears {
        whisper: LocalWhisper::new(LocalWhisperConfig::new(models.join("whisper-base-q8_0.bin"))),
        voices: LocalVoices::new(models.join("voice-vectors-ge2e.safetensors")),
    };
    println!("# Quality of hearing\n");
    println!("Engines: {}; {}.\n", ears.whisper.system().version, ears.voices.system().version);
    println!("| data | what | measured | goal |\n|---|---|---|---|");
    let mut loops = 0;

    let (said, spoken) = turns(&root.join("assets/role-play/turns.json"))?;
    let heard = ears.hear(&sounds::read(&root.join("assets/role-play/session.ogg"))).await?;
    row("bundled role-play", "word error rate", &percent(words::error_rate(&said, &heard.text)), "");
    row("bundled role-play", "diarization error rate", &percent(error_rate(&spoken, &heard.turns)), "");
    loops += has_loop(&heard.text);

    let (said, _) = turns(&root.join("assets/role-play/excerpt.turns.json"))?;
    let excerpt = sounds::excerpt();
    let many = excerpt.len();
    let harder = [
        ("as it is", excerpt.clone()),
        ("clipped, 24 dB too loud", sounds::louder(&excerpt, 24.0)),
        ("30 dB softer", sounds::louder(&excerpt, -30.0)),
        ("with pink noise, 24 dB below", sounds::mixed(&excerpt, &sounds::pink(many, -50.0))),
        ("with pink noise, 14 dB below", sounds::mixed(&excerpt, &sounds::pink(many, -40.0))),
        ("with white noise, 14 dB below", sounds::mixed(&excerpt, &sounds::white(many, -40.0))),
        ("300 to 3400 Hz", sounds::telephone(&excerpt)),
    ];
    for (what, samples) in harder {
        let heard = ears.hear(&samples).await?;
        let what = format!("word error rate, {what}");
        row("excerpt of it, 91 words", &what, &percent(words::error_rate(&said, &heard.text)), "");
        loops += has_loop(&heard.text);
    }

    let seconds = 30 * 16_000;
    let nobody = [
        ("silence", vec![0; seconds]),
        ("white noise", sounds::white(seconds, -40.0)),
        ("pink noise", sounds::pink(seconds, -30.0)),
        ("chords", sounds::chords(seconds, -30.0)),
    ];
    for (what, samples) in nobody {
        let heard = ears.hear(&samples).await?;
        let count = heard.text.split_whitespace().count();
        let measured = format!("{count}{}; {} left out", if count == 0 { "" } else { " !" }, heard.left_out);
        row("nobody speaks, 30 s", &format!("words heard in {what}"), &measured, "0");
    }

    for name in ["diarizationExample", "katiesteve_mono"] {
        let path = data.join("audio").join(name).with_extension("wav");
        if !path.is_file() {
            continue;
        }
        let heard = ears.hear(&sounds::read(&path)).await?;
        loops += has_loop(&heard.text);
        if let Ok(segments) = fs::read_to_string(path.with_extension("segments")) {
            let rate = percent(error_rate(&Spoken::of_segments(&segments), &heard.turns));
            row(name, "diarization error rate, four people in 42 s", &rate, "");
        }
    }
    row("all of these", "recordings with a repetition loop", &loops.to_string(), "0");
    Ok(())
}

fn percent(rate: f64) -> String {
    format!("{rate:.1} %")
}

/// What is said in a role-play, and when by whom.
fn turns(path: &Path) -> Result<(String, Vec<Spoken>), Failure> {
    let turns: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
    let text = |turn: &Value, key: &str| turn[key].as_str().unwrap_or_default().to_owned();
    let ms = |turn: &Value, key: &str| turn[key].as_u64().unwrap_or_default();
    let said = turns.iter().map(|turn| text(turn, "text")).collect::<Vec<_>>().join(" ");
    let spoken = turns.iter().map(|turn| Spoken {
        who: text(turn, "speaker"),
        start_ms: ms(turn, "start_ms"),
        end_ms: ms(turn, "end_ms"),
    });
    Ok((said, spoken.collect()))
}

/// 1 where three words or more stand three times in a row.
fn has_loop(text: &str) -> usize {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let repeated = |length: usize| {
        words.windows(length * 3).any(|it| it.chunks(length).all(|next| next == &it[..length]))
    };
    usize::from((3..=words.len() / 3).any(repeated))
}
