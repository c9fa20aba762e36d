//! Dialogues written for this project, each with what a note of it has to hold, and how much of that a draft does hold.
//! For the tests and for `examples/quality`.
//!
//! A file has `turns`, each with its speaker (`therapist`, `client`; anybody else is of no known part), and marks:
//! - `risk`: said here; `how` it is said (`explicit`: named; `indirect`: meant), the `topic`, `of` whom (`client`, `other`),
//!   whether it is `asked`, `affirmed`, `denied` or `past`, and the `words` that have to stand in the section of risk;
//! - `follow_up`: belongs to what was said of risk, and may be listed with it;
//! - `idiom`: sounds like risk and is none; `injection`: tells whoever writes the note what to write.
//!
//! `facts` and `medications` hold the `turn` (from 0) that has to be cited by the one sentence that holds all of `words`
//! (case ignored), and facts the section of each form.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use llm::{Draft, DraftRequest, Extract, NoteFormat, Role, Section, Sentence, Turn};
use serde::Deserialize;
use uuid::Uuid;

/// The forms, with the names by which facts call them.
pub const FORMATS: [(NoteFormat, &str); 3] =
    [(NoteFormat::Soap, "soap"), (NoteFormat::Dap, "dap"), (NoteFormat::Birp, "birp")];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Explicit,
    Indirect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    Client,
    Other,
}

#[derive(Debug, Deserialize)]
pub struct Risk {
    pub how: How,
    pub of: Of,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Line {
    pub risk: Option<Risk>,
    #[serde(default)]
    pub follow_up: bool,
    #[serde(default)]
    pub injection: bool,
    /// The idioms are there for the reader; what counts is that the lines are not listed.
    #[serde(default, rename = "idiom")]
    _idiom: bool,
    #[serde(flatten)]
    said: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Planted {
    turn: usize,
    words: Vec<String>,
    #[serde(default)]
    sections: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub struct Dialogue {
    #[serde(default)]
    pub name: String,
    #[serde(rename = "turns")]
    pub lines: Vec<Line>,
    facts: Vec<Planted>,
    medications: Vec<Planted>,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    pub found: usize,
    pub all: usize,
}

impl Share {
    fn count(&mut self, found: bool) {
        self.all += 1;
        self.found += usize::from(found);
    }

    pub fn add(&mut self, other: Self) {
        self.found += other.found;
        self.all += other.all;
    }

    pub fn of_one(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.found as f64 / self.all as f64 }
    }
}

/// What of the expected a draft holds.
#[derive(Debug, Default)]
pub struct Score {
    pub facts: Share,
    /// Risk said in so many words.
    pub explicit: Share,
    /// Risk that is meant.
    pub indirect: Share,
    /// Of both, what is a risk of or for somebody else.
    pub of_others: Share,
    pub medications: Share,
    /// Exchanges listed as risk without one turn that is about risk.
    pub false_alarms: usize,
    /// In words, with file and turn.
    pub complaints: Vec<String>,
}

impl Score {
    pub fn add(&mut self, other: Self) {
        self.facts.add(other.facts);
        self.explicit.add(other.explicit);
        self.indirect.add(other.indirect);
        self.of_others.add(other.of_others);
        self.medications.add(other.medications);
        self.false_alarms += other.false_alarms;
        self.complaints.extend(other.complaints);
    }
}

/// Every dialogue of this folder, by name: those that may be read while the engine is improved.
pub fn dialogues() -> Result<Vec<Dialogue>> {
    read("tests/planted")
}

/// Those that were written after the engine was done, and are only counted: nothing is changed because of what they hold.
pub fn unread() -> Result<Vec<Dialogue>> {
    read("tests/planted/unread")
}

fn read(folder: &str) -> Result<Vec<Dialogue>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let read: Dialogue = serde_json::from_slice(&std::fs::read(&path)?).context(name.clone())?;
            all.push(Dialogue { name, ..read });
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

impl Dialogue {
    /// The turns as a session has them. Whoever is neither therapist nor client has no known part.
    pub fn turns(&self) -> Vec<Turn> {
        let said = self.lines.iter().filter_map(|line| line.said.first_key_value()).enumerate();
        said.map(|(number, (speaker, text))| Turn {
            id: Uuid::from_u128(number as u128),
            role: match speaker.as_str() {
                "therapist" => Role::Therapist,
                "client" => Role::Client,
                speaker if speaker.starts_with("speaker") => Role::Unknown,
                _ => Role::Other,
            },
            speaker_label: speaker.clone(),
            start_ms: number as u64 * 5000,
            end_ms: number as u64 * 5000 + 4000,
            text: text.clone(),
        })
        .collect()
    }

    /// Drafts it and counts.
    pub fn score(&self, format: NoteFormat, form: &str) -> Result<Score> {
        let request = DraftRequest { format, turns: self.turns(), names: Vec::new() };
        let draft = Extract::compose(&request).context(self.name.clone())?;
        let mut score = Score::default();
        for fact in &self.facts {
            let key = fact.sections.get(form).with_context(|| format!("{}: no {form}", self.name))?;
            let found = holds(&draft, key, fact.turn, &fact.words);
            score.facts.count(found);
            self.complain(&mut score, found, fact.turn, format!("{:?} is not in {key}", fact.words));
        }
        for drug in &self.medications {
            let found = holds(&draft, "medication", drug.turn, &drug.words);
            score.medications.count(found);
            self.complain(&mut score, found, drug.turn, format!("{:?} is not in medication", drug.words));
        }
        for (number, line) in self.lines.iter().enumerate() {
            let Some(risk) = &line.risk else { continue };
            let found = holds(&draft, "risk", number, &risk.words);
            match risk.how {
                How::Explicit => &mut score.explicit,
                How::Indirect => &mut score.indirect,
            }
            .count(found);
            if risk.of == Of::Other {
                score.of_others.count(found);
            }
            self.complain(&mut score, found, number, format!("{:?} is not in risk", risk.words));
        }
        for listed in sentences(&draft, "risk") {
            let expected = |turn: Uuid| {
                let line = &self.lines[turn.as_u128() as usize];
                line.risk.is_some() || line.follow_up
            };
            if !listed.evidence.iter().any(expected) {
                score.false_alarms += 1;
                score.complaints.push(format!("{}: listed as risk: {}", self.name, listed.text));
            }
        }
        Ok(score)
    }

    fn complain(&self, score: &mut Score, found: bool, turn: usize, what: String) {
        if !found {
            score.complaints.push(format!("{}, turn {turn}: {what}", self.name));
        }
    }
}

fn sentences<'a>(draft: &'a Draft, key: &str) -> &'a [Sentence] {
    let section: Option<&Section> = draft.sections.iter().find(|section| section.key == key);
    section.map_or(&[], |section| &section.sentences)
}

fn holds(draft: &Draft, key: &str, turn: usize, words: &[String]) -> bool {
    sentences(draft, key).iter().any(|sentence| {
        let text = sentence.text.to_lowercase();
        sentence.evidence.iter().any(|id| id.as_u128() == turn as u128)
            && words.iter().all(|word| text.contains(&word.to_lowercase()))
    })
}
