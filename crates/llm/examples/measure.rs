//! Prints recall figures on public dialogues: `MINDSCRIBE_DATA=folder cargo run -p llm --release --example measure [--missed]`.
//! Without the variable the folder is `../shared/data` beside the workspace; without the data it says so and stops.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use llm::{Draft, DraftRequest, Extract, NoteFormat, Role, Turn, mentions_medication, risk_topics};
use serde_json::Value;
use uuid::Uuid;

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("MINDSCRIBE_DATA").map_or(here, PathBuf::from);
    if !data.is_dir() {
        println!("skipped: no data folder (set MINDSCRIBE_DATA)");
        return Ok(());
    }
    role_play()?;
    personas(&data)?;
    consultations(&data)?;
    visits(&data)?;
    hour()
}

fn lines(path: &Path) -> Result<Vec<Value>> {
    if !path.is_file() {
        println!("skipped: {} is not there", path.display());
        return Ok(Vec::new());
    }
    Ok(std::fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn turn(number: usize, role: Role, text: &str) -> Turn {
    let start_ms = number as u64 * 5000;
    Turn {
        id: Uuid::from_u128(number as u128),
        role,
        speaker_label: format!("{role:?}"),
        start_ms,
        end_ms: start_ms + 4000,
        text: text.to_owned(),
    }
}

fn draft(turns: Vec<Turn>) -> Option<Draft> {
    Extract::compose(&DraftRequest { format: NoteFormat::Soap, turns, names: Vec::new() }).ok()
}

fn sentences(draft: &Draft, section: Option<&str>) -> Vec<String> {
    let wanted = draft.sections.iter().filter(|found| section.is_none_or(|key| found.key == key));
    wanted.flat_map(|found| found.sentences.iter().map(|sentence| sentence.text.clone())).collect()
}

fn role_play() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/role-play");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(folder.join("turns.json"))?)?;
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("facts.json"))?)?;
    let role = |row: &Value| if text(row, "speaker") == "therapist" { Role::Therapist } else { Role::Client };
    let turns =
        rows.iter().enumerate().map(|(number, row)| turn(number, role(row), text(row, "text"))).collect();
    let Some(draft) = draft(turns) else { return Ok(()) };
    let wanted = facts["facts"].as_array().cloned().unwrap_or_default();
    let landed = wanted.iter().filter(|fact| {
        sentences(&draft, fact["sections"]["soap"].as_str()).iter().any(|sentence| {
            let sentence = sentence.to_lowercase();
            fact["words"].as_array().is_some_and(|words| {
                words.iter().all(|word| word.as_str().is_some_and(|word| sentence.contains(word)))
            })
        })
    });
    println!("role-play, SOAP: {} of {} planted facts in their section", landed.count(), wanted.len());
    Ok(())
}

/// VERA-MH: the client's words in simulated conversations. Its labels belong to personas; the turns that touch risk were
/// labelled by reading those the lexicon leaves out (`vera-missed.json`, by conversation and turn).
fn personas(data: &Path) -> Result<()> {
    let rows = lines(&data.join("vera-mh/client_turns.jsonl"))?;
    if rows.is_empty() {
        return Ok(());
    }
    let show = std::env::args().any(|argument| argument == "--missed");
    let labels: Value = serde_json::from_str(include_str!("vera-missed.json"))?;
    let mut table: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    for row in &rows {
        let count = table.entry(format!("{} ({})", text(row, "persona"), text(row, "risk"))).or_default();
        let mut any = false;
        for (number, said) in row["turns"].as_array().into_iter().flatten().enumerate() {
            // Some turns carry the other side's answer behind the client's words.
            let said = text(said, "text").split("\nagent:").next().unwrap_or_default();
            let listed = !risk_topics(said).is_empty();
            any |= listed;
            count[2] += 1;
            count[3] += usize::from(listed);
            let labelled = labels[text(row, "id")].as_array();
            count[4] +=
                usize::from(!listed && labelled.is_some_and(|all| all.contains(&Value::from(number))));
            if show && !listed {
                println!("{} {number}: {}", text(row, "id"), said.replace('\n', " / "));
            }
        }
        count[0] += 1;
        count[1] += usize::from(any);
    }
    println!(
        "\nVERA-MH, client turns: conversations | with a line listed | turns | turns listed | touch risk and were missed"
    );
    for (persona, [all, any, turns, listed, missed]) in table {
        println!("  {persona:<14} {all:>3} | {any:>3} | {turns:>4} | {listed:>4} | {missed:>3}");
    }
    Ok(())
}

/// PriMock57: primary care, hardly any risk talk, so what is listed is mostly a false alarm.
fn consultations(data: &Path) -> Result<()> {
    let rows = lines(&data.join("primock57/consultations.jsonl"))?;
    let (mut listed, mut turns_in_all, mut risk_lines) = (0, 0, Vec::new());
    let (mut drugs, mut drugs_cited) = (0, 0);
    for row in &rows {
        let turns: Vec<Turn> = row["turns"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(number, said)| {
                let role = if text(said, "speaker") == "doctor" { Role::Therapist } else { Role::Client };
                turn(number, role, text(said, "text"))
            })
            .collect();
        turns_in_all += turns.len();
        risk_lines
            .extend(turns.iter().filter(|turn| !risk_topics(&turn.text).is_empty()).map(|t| t.text.clone()));
        let named: BTreeSet<Uuid> =
            turns.iter().filter(|turn| mentions_medication(&turn.text)).map(|turn| turn.id).collect();
        let Some(draft) = draft(turns) else { continue };
        listed += sentences(&draft, Some("risk")).len();
        let cited: BTreeSet<Uuid> = draft
            .sections
            .iter()
            .flat_map(|section| &section.sentences)
            .flat_map(|sentence| sentence.evidence.iter().collect::<Vec<_>>())
            .collect();
        drugs += named.len();
        drugs_cited += named.intersection(&cited).count();
    }
    if !rows.is_empty() {
        println!(
            "\nPriMock57: {} consultations, {turns_in_all} turns: {listed} risk exchanges listed ({:.1} each); {drugs_cited} of {drugs} turns about medication cited",
            rows.len(),
            listed as f32 / rows.len() as f32
        );
        if std::env::args().any(|argument| argument == "--missed") {
            for line in &risk_lines {
                println!("  listed: {line}");
            }
        }
    }
    Ok(())
}

/// ACI-Bench: how much of the content of the clinician's note the draft holds, and at what length.
fn visits(data: &Path) -> Result<()> {
    let rows = lines(&data.join("aci-bench/valid.jsonl"))?;
    let content = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        words.filter(|word| word.len() > 3).collect()
    };
    let (mut recall, mut length) = (0.0, 0);
    for row in &rows {
        let turns: Vec<Turn> = text(row, "dialogue")
            .lines()
            .enumerate()
            .filter_map(|(number, line)| {
                let (speaker, said) = line.split_once(']')?;
                let role = if speaker.contains("doctor") { Role::Therapist } else { Role::Client };
                Some(turn(number, role, said))
            })
            .collect();
        let Some(draft) = draft(turns) else { continue };
        let written = sentences(&draft, None).join(" ");
        let note = content(text(row, "note"));
        recall += note.intersection(&content(&written)).count() as f32 / note.len().max(1) as f32;
        length += written.split_whitespace().count();
    }
    if !rows.is_empty() {
        println!(
            "\nACI-Bench valid: {} visits: {:.0} % of the note's words of four letters and more stand in the draft; {} words a draft",
            rows.len(),
            100.0 * recall / rows.len() as f32,
            length / rows.len()
        );
    }
    Ok(())
}

/// A session of fifty minutes, made from the role-play over and over.
fn hour() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/role-play/turns.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let turns: Vec<Turn> = (0..700)
        .map(|number| {
            let row = &rows[number % rows.len()];
            let role = if text(row, "speaker") == "therapist" { Role::Therapist } else { Role::Client };
            turn(number, role, &format!("{} And that was number {number}.", text(row, "text")))
        })
        .collect();
    let words: usize = turns.iter().map(|turn| turn.text.split_whitespace().count()).sum();
    let started = Instant::now();
    let drafted = draft(turns).is_some();
    println!(
        "\n700 turns, {words} words: {:.1} ms (drafted: {drafted})",
        started.elapsed().as_secs_f64() * 1000.0
    );
    Ok(())
}
