//! Shows progress, a transcript and a draft in a terminal.

use serde_json::Value;
use std::{
    collections::HashMap,
    io::{IsTerminal, Write},
};

/// Columns that text is wrapped to.
const WIDTH: usize = 96;
const BAR: usize = 30;

/// A bar that is drawn again in place on a terminal, and a line per stage elsewhere.
#[derive(Debug)]
pub struct Progress {
    on_terminal: bool,
    last: String,
}

impl Progress {
    pub fn new() -> Self {
        Self { on_terminal: std::io::stdout().is_terminal(), last: String::new() }
    }

    /// Draws what a job says about itself.
    pub fn update(&mut self, job: &Value) {
        let stage = job["stage"].as_str().unwrap_or("waiting").replace('_', " ");
        if self.on_terminal {
            print!("\r\x1b[2K{}", line(&stage, job));
            let _ = std::io::stdout().flush();
        } else if stage != self.last {
            println!("{}", line(&stage, job));
        }
        self.last = stage;
    }

    /// Leaves the line.
    pub fn end(&self) {
        if self.on_terminal {
            print!("\r\x1b[2K");
        }
    }
}

fn line(stage: &str, job: &Value) -> String {
    let percent = job["progress"].as_u64().unwrap_or(0).min(100) as usize;
    let filled = percent * BAR / 100;
    let left = match job["remaining_ms"].as_u64() {
        Some(ms) => format!("  about {} s left", ms.div_ceil(1000)),
        None => String::new(),
    };
    format!("  [{}{}] {percent:3} %  {stage}{left}", "#".repeat(filled), ".".repeat(BAR - filled))
}

/// Prints every line with its time and its speaker.
pub fn transcript(transcript: &Value) {
    let lines = segments(transcript);
    heading("Transcript");
    if transcript["certainty"].as_str() == Some("uncertain") {
        println!("The voices could not be told apart for certain; please check them.");
    }
    let empty = Vec::new();
    for segment in transcript["segments"].as_array().unwrap_or(&empty) {
        let Some(said) = segment["id"].as_str().and_then(|id| lines.get(id)) else { continue };
        wrapped(&format!("{}  {}: ", said.time, said.speaker), &said.text, 7);
    }
    println!();
}

/// Prints a note; below every sentence stands what was said to support it.
pub fn draft(note: &Value, transcript: &Value) {
    let lines = segments(transcript);
    let format = note["template_id"].as_str().unwrap_or("note").to_uppercase();
    heading(&format!("Draft ({format}, {})", note["draft_label"].as_str().unwrap_or("unlabelled")));
    let empty = Vec::new();
    for section in note["sections"].as_array().unwrap_or(&empty) {
        println!("{}", section["title"].as_str().unwrap_or_default());
        let sentences = section["sentences"].as_array().unwrap_or(&empty);
        if sentences.is_empty() {
            println!("  (nothing was said about this)");
        }
        for sentence in sentences {
            wrapped("  - ", sentence["text"].as_str().unwrap_or_default(), 4);
            for said in sentence["evidence"]
                .as_array()
                .unwrap_or(&empty)
                .iter()
                .filter_map(|it| lines.get(it.as_str()?))
            {
                wrapped(
                    &format!("      {} {}: ", said.time, said.speaker),
                    &format!("\"{}\"", said.text),
                    12,
                );
            }
        }
        println!();
    }
}

struct Said {
    time: String,
    speaker: String,
    text: String,
}

fn segments(transcript: &Value) -> HashMap<String, Said> {
    let empty = Vec::new();
    let speakers: HashMap<&str, String> = transcript["speakers"]
        .as_array()
        .unwrap_or(&empty)
        .iter()
        .filter_map(|it| Some((it["id"].as_str()?, speaker_name(it))))
        .collect();
    transcript["segments"]
        .as_array()
        .unwrap_or(&empty)
        .iter()
        .filter_map(|segment| {
            let speaker = segment["speaker_id"].as_str().and_then(|id| speakers.get(id));
            let said = Said {
                time: clock(segment["start_ms"].as_u64().unwrap_or(0)),
                speaker: speaker.map_or_else(|| "Somebody".to_owned(), Clone::clone),
                text: segment["text"].as_str().unwrap_or_default().trim().to_owned(),
            };
            Some((segment["id"].as_str()?.to_owned(), said))
        })
        .collect()
}

fn speaker_name(speaker: &Value) -> String {
    let label = speaker["label"].as_str().unwrap_or("Speaker");
    match speaker["role"].as_str() {
        Some(role) if role != "unknown" && !label.eq_ignore_ascii_case(role) => format!("{label} ({role})"),
        _ => label.to_owned(),
    }
}

fn clock(ms: u64) -> String {
    format!("{:02}:{:02}", ms / 60_000, ms / 1000 % 60)
}

fn heading(title: &str) {
    println!("{title}\n{}", "-".repeat(title.chars().count()));
}

fn wrapped(first: &str, text: &str, indent: usize) {
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            println!("{line}");
            line = " ".repeat(indent);
        } else if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_of_evidence_is_found_with_its_speaker_and_time() {
        let transcript = json!({
            "speakers": [{ "id": "s1", "label": "Speaker 2", "role": "client" }],
            "segments": [
                { "id": "a", "speaker_id": "s1", "start_ms": 125_400, "text": " I sleep badly. " },
                { "id": "b", "speaker_id": null, "start_ms": 0, "text": "Hm." },
            ],
        });
        let lines = segments(&transcript);
        assert_eq!(lines["a"].time, "02:05");
        assert_eq!(lines["a"].speaker, "Speaker 2 (client)");
        assert_eq!(lines["a"].text, "I sleep badly.");
        assert_eq!(lines["b"].speaker, "Somebody");
    }

    #[test]
    fn the_bar_is_as_long_as_the_percentage() {
        let shown = line("transcription", &json!({ "progress": 50, "remaining_ms": 1500 }));
        assert_eq!(
            shown,
            format!("  [{}{}]  50 %  transcription  about 2 s left", "#".repeat(15), ".".repeat(15))
        );
    }
}
