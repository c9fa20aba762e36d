//! What the cited turns say: every word with who said it and whether it was affirmed, denied or only asked.
//!
//! A question and its answer are one: after "Do you drink?" – "No" the client has denied drinking.

use std::collections::{HashMap, HashSet};

use crate::{
    gate::{
        answer::{Answer, answer},
        dose, guarded, meaning,
        negation::{Negation, Says},
        number,
        talk::Talk,
        word::{Line, lines},
    },
    risk,
    text::tidy,
    turn::{Role, Turn},
};

/// An answer begins within this after its question, in milliseconds: what is cited from elsewhere answers something else.
const LONGEST_PAUSE: u64 = 30_000;

/// Who may be held to have said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speakers {
    pub therapist: bool,
    pub client: bool,
    pub other: bool,
}

impl Speakers {
    fn of(role: Role) -> Self {
        let none = Self::default();
        match role {
            Role::Therapist => Self { therapist: true, ..none },
            Role::Client => Self { client: true, ..none },
            Role::Other => Self { other: true, ..none },
            Role::Unknown => Self { therapist: true, client: true, other: true },
        }
    }

    fn and(self, others: Self) -> Self {
        Self {
            therapist: self.therapist || others.therapist,
            client: self.client || others.client,
            other: self.other || others.other,
        }
    }
}

/// One place where a word was said.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub by: Speakers,
    pub says: Says,
    /// Asked, and not answered in the turns cited.
    pub asked: bool,
    /// Of whom the sentence speaks.
    pub talk: Talk,
}

/// One sentence as it was said.
pub struct Spoken {
    pub line: Line,
    pub role: Role,
    negation: Negation,
    /// Where its words begin among all words cited.
    first: usize,
}

/// A run of turns of one speaker.
pub struct Run {
    pub role: Role,
    pub label: String,
    pub lines: Vec<Spoken>,
    /// All of its words, with a space before and after each.
    pub words: String,
    start_ms: u64,
    end_ms: u64,
}

/// All that was said in the turns cited.
pub struct Heard {
    pub runs: Vec<Run>,
    places: HashMap<String, Vec<Place>>,
    numbers: Vec<dose::Spoken>,
    drugs: Vec<dose::Named>,
}

impl Heard {
    /// Reads the turns, in the order in which they are cited.
    pub fn of(cited: &[Turn]) -> Self {
        let runs = runs(cited);
        let (mut places, mut numbers, mut drugs) = (HashMap::new(), Vec::new(), Vec::new());
        for (at, run) in runs.iter().enumerate() {
            let reply = runs.get(at + 1).and_then(|next| Reply::of(run, next));
            for (index, spoken) in run.lines.iter().enumerate() {
                let last = index + 1 == run.lines.len();
                place(spoken, reply.as_ref().filter(|_| last || spoken.line.asks), &mut places);
                numbers.extend(number::said(&spoken.line).into_iter().map(|number| dose::Spoken {
                    at: spoken.first + number.start,
                    of: dose::drug_behind(&spoken.line, &number),
                    number,
                }));
                drugs.extend(dose::drugs(&spoken.line, spoken.first));
            }
        }
        Self { runs, places, numbers, drugs }
    }

    /// Where a written word was said, in this or other words.
    pub fn places(&self, stem: &str) -> Vec<Place> {
        let meant = meaning::headings(stem).iter().flat_map(|heading| self.topic(heading));
        self.places.get(stem).into_iter().flatten().chain(meant).copied().collect()
    }

    /// Where a topic of a lexicon was touched.
    pub fn topic(&self, topic: &str) -> &[Place] {
        self.places.get(&key(topic)).map_or(&[], Vec::as_slice)
    }

    /// Every number said.
    pub fn numbers(&self) -> &[dose::Spoken] {
        &self.numbers
    }

    /// Every drug named, with its place among all words.
    pub fn drugs(&self) -> &[dose::Named] {
        &self.drugs
    }
}

/// How the next speaker took up what was said.
struct Reply {
    answer: Answer,
    by: Speakers,
    /// What the answer says in its own words: the question counts for less there.
    own: HashSet<String>,
}

impl Reply {
    fn of(run: &Run, next: &Run) -> Option<Self> {
        let first = next.lines.first()?;
        (next.start_ms.saturating_sub(run.end_ms) <= LONGEST_PAUSE).then(|| Self {
            answer: answer(&first.line),
            by: Speakers::of(next.role),
            own: next.lines.iter().flat_map(keys).map(|(key, _)| key).collect(),
        })
    }
}

/// Notes what a sentence says, with what its reply makes of it.
fn place(spoken: &Spoken, reply: Option<&Reply>, places: &mut HashMap<String, Vec<Place>>) {
    let (by, asks) = (Speakers::of(spoken.role), spoken.line.asks);
    let talk = Talk::of(&spoken.line);
    for (key, says) in keys(spoken) {
        let found = places.entry(key.clone()).or_default();
        let Some(reply) =
            reply.filter(|reply| !asks || reply.answer == Answer::No || !reply.own.contains(&key))
        else {
            found.push(Place { by, says, asked: asks, talk });
            continue;
        };
        let says_with_it = match (reply.answer, asks) {
            (Answer::No, _) => Says::No,
            (Answer::Yes, true) if says == Says::No => Says::Either,
            (Answer::Yes, _) => says,
            (Answer::Open, true) => Says::Either,
            (Answer::Open, false) => {
                found.push(Place { by, says, asked: false, talk });
                continue;
            }
        };
        let together = Place { by: reply.by, says: says_with_it, asked: false, talk };
        if asks {
            found.push(Place { by: by.and(reply.by), ..together });
        } else {
            found.extend([Place { by, says, asked: false, talk }, together]);
        }
    }
}

/// By what the words of a sentence are found: their stems, and the topics of the lexicons that they touch.
fn keys(spoken: &Spoken) -> Vec<(String, Says)> {
    let (line, negation) = (&spoken.line, &spoken.negation);
    let stems = line.stems.iter().enumerate().map(|(at, stem)| (stem.clone(), negation.says(at, at + 1)));
    let topics = meaning::meant(line).into_iter().chain(risk::hits(&line.words)).chain(guarded::hits(line));
    stems.chain(topics.map(|hit| (key(hit.topic), negation.says(hit.start, hit.end)))).collect()
}

/// No stem holds such a mark.
fn key(topic: &str) -> String {
    format!("[{topic}]")
}

/// The turns as runs: neighbouring turns of one speaker are read as one, as the drafter reads them.
fn runs(cited: &[Turn]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut first = 0;
    for turns in cited.chunk_by(|one, next| one.role == next.role && one.speaker_label == next.speaker_label)
    {
        let (Some(begin), Some(end)) = (turns.first(), turns.last()) else { continue };
        let text = turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ");
        let mut spoken = Vec::new();
        for line in lines(&text) {
            let count = line.words.len();
            spoken.push(Spoken { negation: Negation::of(&line), role: begin.role, first, line });
            first += count;
        }
        runs.push(Run {
            role: begin.role,
            label: tidy(&begin.speaker_label),
            words: format!(
                " {} ",
                spoken.iter().map(|spoken| spoken.line.joined()).collect::<Vec<_>>().join(" ")
            ),
            lines: spoken,
            start_ms: begin.start_ms,
            end_ms: end.end_ms,
        });
    }
    runs
}
