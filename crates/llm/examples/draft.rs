//! Prints the draft of a table of turns, each sentence with the turns that support it:
//! `cargo run -p llm --example draft -- assets/role-play/turns.json [soap|dap|birp]`.

use anyhow::{Context, Result, bail};
use llm::{DraftRequest, Extract, NoteFormat, Role, Turn};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
struct Row {
    speaker: String,
    start_ms: u64,
    end_ms: u64,
    text: String,
}

fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let path = given.next().context("which table of turns?")?;
    let format = match given.next().as_deref() {
        None | Some("soap") => NoteFormat::Soap,
        Some("dap") => NoteFormat::Dap,
        Some("birp") => NoteFormat::Birp,
        Some(other) => bail!("{other} is no form of note: soap, dap, birp"),
    };
    let rows: Vec<Row> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let turns: Vec<Turn> = (0_u128..)
        .zip(rows)
        .map(|(number, row)| Turn {
            id: Uuid::from_u128(number),
            role: match row.speaker.as_str() {
                "therapist" => Role::Therapist,
                "client" => Role::Client,
                _ => Role::Unknown,
            },
            speaker_label: row.speaker,
            start_ms: row.start_ms,
            end_ms: row.end_ms,
            text: row.text,
        })
        .collect();
    for suggestion in llm::suggest_roles(&turns) {
        println!(
            "{} sounds like {:?} ({:.2})",
            suggestion.speaker_label, suggestion.role, suggestion.confidence
        );
    }
    for section in Extract::compose(&DraftRequest { format, turns, names: Vec::new() })?.sections {
        println!("\n## {}", section.title);
        if let Some(prompt) = section.prompt {
            println!("({prompt})");
        }
        for sentence in section.sentences {
            let turns: Vec<String> = sentence.evidence.iter().map(|id| id.as_u128().to_string()).collect();
            println!("- {}  [turn {}; {:?}]", sentence.text, turns.join(", "), sentence.kind);
        }
    }
    Ok(())
}
