//! `transcribe FILE.wav… [--model base|tiny.en]`: prints what was said by whom, and what it cost.

use std::path::Path;

use speech::{
    LocalVoices, LocalWhisper, LocalWhisperConfig, Piece, SpeakerSeparator, SpokenSpan, Transcriber, assign,
};

#[path = "../tests/sound/mod.rs"]
mod sound;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    let mut model = "base".to_owned();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--model" {
            model = arguments.next().unwrap_or(model);
        } else {
            files.push(argument);
        }
    }
    let models = sound::models();
    let whisper =
        LocalWhisper::new(LocalWhisperConfig::new(models.join(format!("whisper-{model}-q8_0.bin"))));
    let voices = LocalVoices::new(models.join("voice-vectors-ge2e.safetensors"));
    println!("{}\n{}", whisper.system().version, voices.system().version);
    for file in files {
        report(&whisper, &voices, Path::new(&file)).await?;
    }
    Ok(())
}

async fn report(
    whisper: &LocalWhisper,
    voices: &LocalVoices,
    file: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let samples = sound::read_wav(file)?;
    let seconds = samples.len() as f64 / 16_000.0;
    let spans = sound::spoken(&samples);
    let spoken: usize = spans.iter().map(|span| span.samples.len()).sum();
    let before = cpu_seconds();
    let mut texts = Vec::new();
    let mut dropped = Vec::new();
    for (start, end) in pieces(&spans, samples.len()) {
        if std::env::var("SHOW").is_ok() {
            break;
        }
        let piece = Piece { samples: samples[start..end].to_vec(), language: Some("en".into()) };
        let text = whisper.transcribe(piece).await?.shifted(start as u64 / 16);
        texts.extend(text.segments);
        dropped.extend(text.dropped);
    }
    let heard = cpu_seconds();
    let owned: Vec<SpokenSpan> = spans;
    let turns = voices.separate(Box::new(owned.into_iter().map(Ok)), None).await?;
    let separated = cpu_seconds();
    println!("== {} ({seconds:.1} s, {:.1} s of speech)", file.display(), spoken as f64 / 16_000.0);
    for text in assign(&texts, &turns.turns) {
        let speaker = text.speaker.map_or("?".into(), |speaker| (speaker + 1).to_string());
        println!("{:>7.2} {speaker}: {} [{:.2}]", text.start_ms as f64 / 1000.0, text.text, text.confidence);
    }
    println!("dropped: {dropped:?}");
    println!("speakers: {} {:?}", turns.speakers, turns.certainty);
    println!(
        "CPU seconds per second of sound: text {:.3}, voices {:.3}; highest memory {} MB",
        (heard - before) / seconds,
        (separated - heard) / seconds,
        peak_memory_mb()
    );
    Ok(())
}

/// User and system time of this process, from /proc (Linux).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<f64> = after_name.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // Fields 14 and 15; the state, field 3, is not a number and so is not counted.
    ticks.get(10).zip(ticks.get(11)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}

fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Stretches of at most 29 s that begin and end in pauses, as (first, last) sample.
fn pieces(spans: &[SpokenSpan], length: usize) -> Vec<(usize, usize)> {
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    for span in spans {
        let start = span.start_ms as usize * 16;
        let end = (start + span.samples.len()).min(length);
        match pieces.last_mut() {
            Some((first, last)) if end - *first <= 29 * 16_000 => *last = end,
            _ => pieces.push((start, end.min(start + 29 * 16_000))),
        }
    }
    pieces.into_iter().map(|(start, end)| (start.saturating_sub(3200), (end + 3200).min(length))).collect()
}
