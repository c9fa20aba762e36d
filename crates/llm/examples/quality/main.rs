//! Prints the table of `docs/quality.md`: what drafts of the embedded engine hold of dialogues whose notes are known.
//! `MINDSCRIBE_DATA=folder cargo run -p llm --release --example quality [-- --missed]`, which adds what was missed or listed
//! wrongly, of the dialogues only that may be read: the others measure what nobody has changed the engine for.
//! Without the variable the folder is `../shared/data` beside the workspace; a data set that is not there is left out.

mod public;
mod rouge;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use clock::{Clock, SystemClock};
use llm::{Completer, Draft, DraftRequest, Extract, NoteFormat, Role, Turn};
use serde_json::Value;
use uuid::Uuid;

#[expect(dead_code, reason = "the tests read more of it")]
#[path = "../../tests/planted/dialogue.rs"]
mod dialogue;

use dialogue::{Dialogue, FORMATS, Score, Share, dialogues, unread};

/// One row of the table.
pub struct Row {
    pub data: &'static str,
    pub what: String,
    pub measured: String,
    /// The goal, and whether it is reached.
    pub goal: Option<(&'static str, bool)>,
}

impl Row {
    pub fn new(data: &'static str, what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { data, what: what.into(), measured: measured.into(), goal: None }
    }

    #[must_use]
    pub fn with_goal(self, goal: &'static str, reached: bool) -> Self {
        Self { goal: Some((goal, reached)), ..self }
    }
}

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("MINDSCRIBE_DATA").map_or(here, PathBuf::from);
    let missed = std::env::args().any(|argument| argument == "--missed");
    let mut rows = planted("planted dialogues, read", &dialogues()?, missed)?;
    rows.extend(planted("planted dialogues, unread", &unread()?, false)?);
    rows.extend(role_play()?);
    rows.extend(public::personas(&data)?);
    rows.extend(public::consultations(&data)?);
    rows.extend(public::visits(&data)?);
    rows.extend(public::supported_sentences(&data)?);
    rows.extend(fifty_minutes()?);
    let system = Extract.system();
    println!("# Quality of drafts\n");
    println!(
        "Engine: {}, `{}`, version {}. Date: {}.",
        system.name,
        system.key,
        system.version,
        SystemClock.now().date_naive()
    );
    println!(
        "Printed by `cargo xtask bench quality`, and by nothing else. `!` marks a goal that is not reached.\n"
    );
    println!("| data | what | measured | goal |\n|---|---|---|---|");
    for Row { data, what, measured, goal } in rows {
        let (goal, mark) = goal.map_or(("", ""), |(goal, reached)| (goal, if reached { "" } else { " !" }));
        println!("| {data} | {what} | {measured}{mark} | {goal} |");
    }
    Ok(())
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub fn turn(number: usize, role: Role, text: &str) -> Turn {
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

pub fn draft(turns: Vec<Turn>) -> Option<Draft> {
    Extract::compose(&DraftRequest { format: NoteFormat::Soap, turns, names: Vec::new() }).ok()
}

/// The sentences of a section, or of all.
pub fn sentences(draft: &Draft, section: Option<&str>) -> Vec<String> {
    let wanted = draft.sections.iter().filter(|found| section.is_none_or(|key| found.key == key));
    wanted.flat_map(|found| found.sentences.iter().map(|sentence| sentence.text.clone())).collect()
}

/// Dialogues written for this project.
fn planted(data: &'static str, all: &[Dialogue], missed: bool) -> Result<Vec<Row>> {
    let sum = |form: usize| -> Result<Score> {
        let mut sum = Score::default();
        for dialogue in all {
            sum.add(dialogue.score(FORMATS[form].0, FORMATS[form].1)?);
        }
        Ok(sum)
    };
    let row = |what: &str, share: Share, goal: &'static str, least: f64| {
        let measured = format!("{:.2} ({} of {})", share.of_one(), share.found, share.all);
        Row::new(data, what, measured).with_goal(goal, share.of_one() >= least)
    };
    let turns: usize = all.iter().map(|dialogue| dialogue.lines.len()).sum();
    let mut rows = vec![Row::new(data, "dialogues, turns", format!("{}, {turns}", all.len()))];
    for (form, (_, name)) in FORMATS.iter().enumerate() {
        let what = format!("facts in their section, {}", name.to_uppercase());
        rows.push(row(&what, sum(form)?.facts, "≥ 0.8", 0.8));
    }
    let score = sum(0)?;
    rows.push(row("risk said in so many words, listed", score.explicit, "1.0", 1.0));
    rows.push(row("risk that is meant, listed", score.indirect, "≥ 0.95", 0.95));
    rows.push(row("of both: risk of or for somebody else", score.of_others, "1.0", 1.0));
    rows.push(row("drugs with their doses, listed", score.medications, "1.0", 1.0));
    let each = score.false_alarms as f64 / all.len().max(1) as f64;
    rows.push(Row::new(data, "false alarms a session", format!("{each:.2}")).with_goal("≤ 1", each <= 1.0));
    if missed {
        for line in &score.complaints {
            println!("{line}");
        }
    }
    Ok(rows)
}

fn bundled(name: &str) -> Result<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/role-play");
    Ok(serde_json::from_str(&std::fs::read_to_string(folder.join(name))?)?)
}

fn bundled_turns() -> Result<Vec<(Role, String)>> {
    let rows = bundled("turns.json")?;
    let role = |row: &Value| if text(row, "speaker") == "therapist" { Role::Therapist } else { Role::Client };
    Ok(rows.as_array().into_iter().flatten().map(|row| (role(row), text(row, "text").to_owned())).collect())
}

fn role_play() -> Result<Option<Row>> {
    let facts = bundled("facts.json")?;
    let turns =
        bundled_turns()?.iter().enumerate().map(|(number, (role, text))| turn(number, *role, text)).collect();
    let Some(draft) = draft(turns) else { return Ok(None) };
    let wanted = facts["facts"].as_array().cloned().unwrap_or_default();
    let landed = wanted.iter().filter(|fact| {
        sentences(&draft, fact["sections"]["soap"].as_str()).iter().any(|sentence| {
            let sentence = sentence.to_lowercase();
            fact["words"].as_array().is_some_and(|words| {
                words.iter().all(|word| word.as_str().is_some_and(|word| sentence.contains(word)))
            })
        })
    });
    let (landed, all) = (landed.count(), wanted.len());
    let row = Row::new("bundled role-play", "facts in their section, SOAP", format!("{landed} of {all}"));
    Ok(Some(row.with_goal("all", landed == all)))
}

/// A session of fifty minutes, made from the role-play over and over.
fn fifty_minutes() -> Result<Option<Row>> {
    let said = bundled_turns()?;
    let numbered = (0..700).zip(said.iter().cycle());
    let turns: Vec<Turn> = numbered
        .map(|(number, (role, text))| turn(number, *role, &format!("{text} And that was number {number}.")))
        .collect();
    let words: usize = turns.iter().map(|turn| turn.text.split_whitespace().count()).sum();
    let started = Instant::now();
    let drafted = draft(turns).is_some();
    let took = started.elapsed().as_secs_f64() * 1000.0;
    let row = Row::new(
        "50 minutes (700 turns)",
        format!("time for the draft, {words} words"),
        format!("{took:.0} ms"),
    );
    Ok(drafted.then_some(row))
}
