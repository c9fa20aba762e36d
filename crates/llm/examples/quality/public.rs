//! Public dialogues: what is listed of them, and how much of a person's note a draft holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::Result;
use llm::{DraftRequest, Extract, Role, Turn, mentions_medication, risk_topics, supported};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Row,
    dialogue::{Dialogue, FORMATS, dialogues, unread},
    draft,
    rouge::{Rouge, rouge, rouge_one},
    sentences, text, turn,
};

fn lines(path: &Path) -> Result<Vec<Value>> {
    if !path.is_file() {
        eprintln!("left out: {} is not there", path.display());
        return Ok(Vec::new());
    }
    Ok(std::fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// What is listed of a persona's turns.
#[derive(Default)]
struct Count {
    conversations: usize,
    with_a_line: usize,
    turns: usize,
    listed: usize,
    missed: usize,
}

/// VERA-MH: the client's words in simulated conversations. Its labels belong to personas; the turns that touch risk were
/// labelled by reading those that the lexicon leaves out (`vera-missed.json`, by conversation and turn).
pub fn personas(data: &Path) -> Result<Vec<Row>> {
    let rows = lines(&data.join("vera-mh/client_turns.jsonl"))?;
    let labels: Value = serde_json::from_str(include_str!("vera-missed.json"))?;
    let mut table: BTreeMap<String, Count> = BTreeMap::new();
    for row in &rows {
        let count = table.entry(format!("{} ({})", text(row, "persona"), text(row, "risk"))).or_default();
        let before = count.listed;
        for (number, said) in row["turns"].as_array().into_iter().flatten().enumerate() {
            // Some turns carry the other side's answer behind the client's words.
            let said = text(said, "text").split("\nagent:").next().unwrap_or_default();
            let listed = !risk_topics(said).is_empty();
            let labelled = labels[text(row, "id")].as_array();
            let missed = !listed && labelled.is_some_and(|all| all.contains(&Value::from(number)));
            count.turns += 1;
            count.listed += usize::from(listed);
            count.missed += usize::from(missed);
        }
        count.conversations += 1;
        count.with_a_line += usize::from(count.listed > before);
    }
    let shown = table.into_iter().map(|(persona, count)| {
        let Count { conversations, with_a_line, turns, listed, missed } = count;
        let recall = listed as f64 / (listed + missed).max(1) as f64;
        let measured = format!(
            "{recall:.3} ({missed} missed); {listed} of {turns} turns listed, in {with_a_line} of {conversations} conversations"
        );
        Row::new("VERA-MH, client turns", format!("turns that touch risk, {persona}"), measured).with_goal("≥ 0.95", recall >= 0.95)
    });
    Ok(shown.collect())
}

/// PriMock57: primary care, hardly any risk talk, so what is listed is mostly a false alarm.
pub fn consultations(data: &Path) -> Result<Vec<Row>> {
    let rows = lines(&data.join("primock57/consultations.jsonl"))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let (mut listed, mut drugs, mut drugs_cited) = (0, 0, 0);
    for row in &rows {
        let said = row["turns"].as_array().into_iter().flatten().enumerate();
        let turns: Vec<Turn> = said
            .map(|(number, said)| {
                let role = if text(said, "speaker") == "doctor" { Role::Therapist } else { Role::Client };
                turn(number, role, text(said, "text"))
            })
            .collect();
        let named: BTreeSet<Uuid> =
            turns.iter().filter(|turn| mentions_medication(&turn.text)).map(|turn| turn.id).collect();
        let Some(draft) = draft(turns) else { continue };
        listed += sentences(&draft, Some("risk")).len();
        let all = draft.sections.iter().flat_map(|section| &section.sentences);
        let cited: BTreeSet<Uuid> = all.flat_map(|sentence| sentence.evidence.to_vec()).collect();
        drugs += named.len();
        drugs_cited += named.intersection(&cited).count();
    }
    let each = listed as f64 / rows.len() as f64;
    let data = "PriMock57";
    Ok(vec![
        Row::new(data, "exchanges listed as risk, each consultation (hardly any is)", format!("{each:.2}"))
            .with_goal("≤ 1", each <= 1.0),
        Row::new(data, "turns about medication that are cited", format!("{drugs_cited} of {drugs}"))
            .with_goal("all", drugs_cited == drugs),
    ])
}

/// ACI-Bench: how much of the clinician's note the draft holds, beside notes of other visits: the next one, and of the
/// training part the one whose dialogue is most alike.
pub fn visits(data: &Path) -> Result<Vec<Row>> {
    let rows = lines(&data.join("aci-bench/valid.jsonl"))?;
    let known = lines(&data.join("aci-bench/train.jsonl"))?;
    if rows.is_empty() || known.is_empty() {
        return Ok(Vec::new());
    }
    let alike = |row: &Value| {
        let likeness = |other: &Value| rouge_one(text(row, "dialogue"), text(other, "dialogue"));
        let pairs = known.iter().map(|other| (likeness(other), other));
        pairs.max_by(|(one, _), (other, _)| one.total_cmp(other)).map_or("", |(_, found)| text(found, "note"))
    };
    let content = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        words.filter(|word| word.len() > 3).collect()
    };
    let (mut recall, mut length) = (0.0, 0);
    let (mut drafted, mut another, mut likest) = (Vec::new(), Vec::new(), Vec::new());
    for (row, next) in rows.iter().zip(rows.iter().cycle().skip(1)) {
        let said = text(row, "dialogue").lines().enumerate();
        let turns: Vec<Turn> = said
            .filter_map(|(number, line)| {
                let (speaker, said) = line.split_once(']')?;
                let role = if speaker.contains("doctor") { Role::Therapist } else { Role::Client };
                Some(turn(number, role, said))
            })
            .collect();
        let Some(draft) = draft(turns) else { continue };
        let written = sentences(&draft, None).join(" ");
        let note = text(row, "note");
        drafted.push(rouge(&written, note));
        another.push(rouge(text(next, "note"), note));
        likest.push(rouge(alike(row), note));
        let wanted = content(note);
        recall += wanted.intersection(&content(&written)).count() as f64 / wanted.len().max(1) as f64;
        length += written.split_whitespace().count();
    }
    let mean = |all: &[Rouge], of: fn(&Rouge) -> f64| {
        100.0 * all.iter().map(of).sum::<f64>() / all.len().max(1) as f64
    };
    let shown = |all: &[Rouge]| {
        format!("{:.1}, {:.1}, {:.1}", mean(all, |r| r.one), mean(all, |r| r.two), mean(all, |r| r.longest))
    };
    let data = "ACI-Bench, validation";
    let share = 100.0 * recall / drafted.len().max(1) as f64;
    Ok(vec![
        Row::new(data, "ROUGE-1, -2, -L (F1, stemmed) against the clinician's note", shown(&drafted))
            .with_goal("ROUGE-1 ≥ 46", mean(&drafted, |r| r.one) >= 46.0),
        Row::new(data, "the same of the next visit's note, which is of somebody else", shown(&another)),
        Row::new(
            data,
            "the same of the note of the visit whose dialogue is most alike, of somebody else too",
            shown(&likest),
        ),
        Row::new(
            data,
            "the note's words of four letters and more that stand in the draft",
            format!("{share:.0} %"),
        ),
        Row::new(data, "words a draft", format!("{}", length / drafted.len().max(1))),
    ])
}

/// What the gate after a model says of the embedded drafter's own sentences, in three forms.
pub fn supported_sentences(data: &Path) -> Result<Vec<Row>> {
    let rows = lines(&data.join("mts-dialog/valid.jsonl"))?;
    let medical = rows.iter().map(|row| {
        let said = text(row, "dialogue").lines().filter_map(|line| line.split_once(':')).enumerate();
        said.map(|(number, (speaker, said))| {
            let role = match speaker.trim() {
                "Doctor" => Role::Therapist,
                "Patient" => Role::Client,
                _ => Role::Other,
            };
            Turn { speaker_label: speaker.trim().to_owned(), ..turn(number, role, said.trim()) }
        })
        .collect()
    });
    let planted: Vec<Vec<Turn>> = dialogues()?.iter().chain(&unread()?).map(Dialogue::turns).collect();
    let sets: [(_, Vec<Vec<Turn>>); 2] =
        [("MTS-Dialog, validation", medical.collect()), ("planted dialogues", planted)];
    Ok(sets
        .into_iter()
        .filter(|(_, sessions)| !sessions.is_empty())
        .map(|(data, sessions)| refused(data, &sessions))
        .collect())
}

fn refused(data: &'static str, sessions: &[Vec<Turn>]) -> Row {
    let (mut refused, mut all) = (0, 0);
    for turns in sessions {
        for (format, _) in FORMATS {
            let request = DraftRequest { format, turns: turns.clone(), names: Vec::new() };
            let Ok(draft) = Extract::compose(&request) else { continue };
            for section in &draft.sections {
                for sentence in &section.sentences {
                    let cited: Vec<Turn> = turns
                        .iter()
                        .filter(|turn| sentence.evidence.iter().any(|id| id == turn.id))
                        .cloned()
                        .collect();
                    all += 1;
                    if let Err(gap) = supported(&section.key, &sentence.text, &cited) {
                        refused += 1;
                        if std::env::args().any(|argument| argument == "--missed") {
                            println!("refused, {gap:?}: {}", sentence.text);
                        }
                    }
                }
            }
        }
    }
    Row::new(data, "sentences of three forms that the gate refuses", format!("{refused} of {all}"))
        .with_goal("0", refused == 0)
}
