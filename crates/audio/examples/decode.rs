//! Prints what a recording is, how loud, where somebody speaks in it, and what finding out cost.
//! `cargo run -p audio --example decode -- FILE…`
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use audio::{Limits, PIECE_MAX_MS, Peaks, VoiceActivity, decode, is_silent, pieces, speech_ms};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let file = BufReader::new(File::open(&path)?);
        let mut voice = VoiceActivity::new();
        let mut peaks = Peaks::new(60);
        let began = cpu_seconds();
        let decoded = decode(file, &Limits::default(), &mut |chunk| {
            voice.push(chunk.samples);
            peaks.push(chunk.samples);
            ControlFlow::Continue(())
        });
        let decoded = match decoded {
            Ok(decoded) => decoded,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        let activity = voice.finish();
        let seconds = decoded.duration_ms as f64 / 1000.0;
        println!("{path}\n  {decoded:?}");
        println!("  silent: {}, outline: {:?}", is_silent(decoded.peak, decoded.rms_dbfs), peaks.finish());
        println!("  speech: {} ms in {} spans", speech_ms(&activity.spans), activity.spans.len());
        for span in &activity.spans {
            println!("    {:>8} – {:>8}", span.start_ms, span.end_ms);
        }
        println!("  pieces: {}", pieces(&activity.spans, &activity.levels, PIECE_MAX_MS).len());
        if let (Some(began), Some(ended)) = (began, cpu_seconds()) {
            println!("  CPU: {:.5} s per second of sound", (ended - began) / seconds);
        }
    }
    Ok(())
}

/// CPU time this process has used, where the system tells (Linux: proc(5), nanoseconds in `schedstat`).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}
