//! Measures the gate after the model on public dialogues with people's labels:
//! `MINDSCRIBE_DATA=folder cargo run -p llm --release --example groundedness [--show even|notes|foreign]`.
//! Without the variable the folder is `../shared/data` beside the workspace; without the data it says so and stops.
//!
//! The word lists were written by reading the dialogues with even numbers and human notes of the training part; those with
//! odd numbers were only counted.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Result;
use llm::{Gap, Role, Turn, supported};
use serde_json::Value;
use uuid::Uuid;

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("MINDSCRIBE_DATA").map_or(here, PathBuf::from).join("mts-dialog");
    if !data.is_dir() {
        println!("skipped: no data folder (set MINDSCRIBE_DATA)");
        return Ok(());
    }
    let show = std::env::args().skip_while(|argument| argument != "--show").nth(1).unwrap_or_default();
    labelled(&rows(&data.join("groundedness.jsonl"))?, &show);
    notes(
        "training part, human notes (read while the lists were written)",
        &rows(&data.join("train.jsonl"))?,
        &show,
    );
    let valid = rows(&data.join("valid.jsonl"))?;
    notes("validation part, human notes", &valid, "");
    foreign(&valid, &show);
    Ok(())
}

fn rows(path: &Path) -> Result<Vec<Value>> {
    if !path.is_file() {
        println!("skipped: {} is not there", path.display());
        return Ok(Vec::new());
    }
    Ok(std::fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A dialogue as turns; the doctor stands for the therapist.
fn turns(dialogue: &str) -> Vec<Turn> {
    let said = dialogue.lines().filter_map(|line| line.split_once(':')).enumerate();
    said.map(|(number, (speaker, text))| {
        let speaker = speaker.trim();
        let start_ms = number as u64 * 5000;
        Turn {
            id: Uuid::from_u128(number as u128),
            role: match speaker {
                "Doctor" => Role::Therapist,
                "Patient" => Role::Client,
                _ => Role::Other,
            },
            speaker_label: speaker.to_owned(),
            start_ms,
            end_ms: start_ms + 4000,
            text: text.trim().to_owned(),
        }
    })
    .collect()
}

/// A note cut into sentences, its numbering left out.
fn sentences(note: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut open = String::new();
    for piece in note.split_whitespace() {
        let end = piece.trim_end_matches(['"', '”', ')']);
        let number = !end.is_empty() && end.trim_end_matches(['.', ')']).chars().all(|c| c.is_ascii_digit());
        if open.is_empty() && number && end.ends_with('.') {
            continue;
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(piece);
        let short = ["Dr.", "Mr.", "Mrs.", "Ms.", "vs.", "St."].contains(&end);
        if end.ends_with(['.', '!', '?']) && !short {
            sentences.push(std::mem::take(&mut open));
        }
    }
    if !open.is_empty() {
        sentences.push(open);
    }
    sentences
}

/// Each sentence of a note that is refused, citing the whole dialogue, with its gap.
fn refused(note: &str, turns: &[Turn]) -> Vec<(String, Gap)> {
    let refused =
        |sentence: String| supported("subjective", &sentence, turns).err().map(|gap| (sentence, gap));
    sentences(note).into_iter().filter_map(refused).collect()
}

#[derive(Default)]
struct Count {
    all: usize,
    refused: usize,
    gaps: BTreeMap<Gap, usize>,
}

impl Count {
    fn add(&mut self, refused: &[(String, Gap)]) {
        self.all += 1;
        self.refused += usize::from(!refused.is_empty());
        for (_, gap) in refused {
            *self.gaps.entry(*gap).or_default() += 1;
        }
    }

    fn print(&self, name: &str) {
        let share = 100.0 * self.refused as f32 / self.all.max(1) as f32;
        println!(
            "  {name:<46} {:>4} of {:>4} refused ({share:>5.1} %) {:?}",
            self.refused, self.all, self.gaps
        );
    }
}

/// Summaries of four systems that people read against the dialogue.
fn labelled(rows: &[Value], show: &str) {
    println!("MTS-Dialog, summaries with people's labels, refused when one sentence is:");
    for (half, odd) in [("even (read)", 0), ("odd (counted only)", 1)] {
        let [mut invented, mut sound, mut exact] = [Count::default(), Count::default(), Count::default()];
        for row in rows.iter().filter(|row| text(row, "id").parse::<u64>().is_ok_and(|id| id % 2 == odd)) {
            let refused = refused(text(row, "summary"), &turns(text(row, "dialogue")));
            let label = row["HallucinationRate"].as_f64().unwrap_or_default() > 0.0;
            if label { &mut invented } else { &mut sound }.add(&refused);
            if !label && row["FactualPrecision"].as_f64() == Some(1.0) {
                exact.add(&refused);
            }
            if show == "even" && odd == 0 && label == refused.is_empty() {
                println!(
                    "    {} {label} {}: {} {refused:?}",
                    text(row, "id"),
                    row["FactualPrecision"],
                    text(row, "summary")
                );
            }
        }
        invented.print(&format!("{half}: something invented"));
        sound.print(&format!("{half}: nothing invented"));
        exact.print(&format!("{half}: nothing invented nor wrong"));
    }
}

/// What people wrote in the notes from which the dialogues were made: mostly supported, in other words.
fn notes(name: &str, rows: &[Value], show: &str) {
    let mut count = Count::default();
    let mut sentences_in_all = 0;
    for row in rows {
        let refused = refused(text(row, "note"), &turns(text(row, "dialogue")));
        sentences_in_all += sentences(text(row, "note")).len();
        count.add(&refused);
        if show == "notes" {
            for (sentence, gap) in &refused {
                println!("    {gap:?}: {sentence}");
            }
        }
    }
    let refused: usize = count.gaps.values().sum();
    println!("MTS-Dialog, {name}: {refused} of {sentences_in_all} sentences refused");
    count.print("notes");
}

/// The note of the next dialogue in place of a dialogue's own: every sentence that says anything is unsupported.
fn foreign(rows: &[Value], show: &str) {
    let mut count = Count::default();
    for (row, other) in rows.iter().zip(rows.iter().cycle().skip(1)) {
        let refused = refused(text(other, "note"), &turns(text(row, "dialogue")));
        if show == "foreign" && refused.is_empty() {
            println!("    passed: {}\n      of {}", text(other, "note"), text(row, "dialogue"));
        }
        count.add(&refused);
    }
    println!("MTS-Dialog, validation part, the note of another dialogue:");
    count.print("notes");
}
