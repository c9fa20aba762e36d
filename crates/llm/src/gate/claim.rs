//! What a sentence of a note claims: its words, of whom they speak, and who has to have said them.

use std::{collections::HashSet, sync::LazyLock};

use crate::{
    gate::{
        heard::Place,
        negation::{Negation, Says, denies},
        word::{Between, Line, lines, stems_of},
    },
    medication, risk,
    text::is_content,
};

/// Words that belong to notes and claim nothing of this client.
static FRAME: LazyLock<HashSet<String>> =
    LazyLock::new(|| stems_of(include_str!("../../lexicon/gate/frame.txt")));
/// Words before a colon that only say what follows.
static HEADINGS: LazyLock<HashSet<String>> =
    LazyLock::new(|| stems_of(include_str!("../../lexicon/gate/headings.txt")));
/// Words of time.
static TIMES: LazyLock<HashSet<String>> =
    LazyLock::new(|| stems_of(include_str!("../../lexicon/gate/times.txt")));
static REPORTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    stems_of(
        "report state say describe deny endorse express feel believe mention share acknowledge agree note voice \
         indicate explain identify complain tell remember recall admit want hope plan wish worry fear rate",
    )
});
static DISCUSSES: LazyLock<HashSet<String>> =
    LazyLock::new(|| stems_of("ask inquire discuss explore review address screen check question"));

/// Sections that hold what the therapist did or judged: nobody else's words stand there as a fact.
const JUDGED: [&str; 3] = ["assessment", "mental_status", "intervention"];
/// A heading has no more words than this.
const LONGEST_HEADING: usize = 4;
/// How far behind its subject a verb of saying is looked for.
const VERB_WITHIN: usize = 4;

/// Whose words or deeds a part of a sentence is given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody is named.
    Nobody,
    /// It is about the client.
    Client,
    /// The client says, denies, feels it.
    ClientReports,
    Therapist,
    /// It was talked about: a question is enough.
    Discussed,
    /// What only the therapist may judge.
    Judged,
}

impl Who {
    /// Whether something said there may stand behind it.
    pub fn may_stand_on(self, place: Place) -> bool {
        let by = place.by;
        match self {
            Self::Nobody => !place.asked,
            // What the therapist tells is about the client where it is told to them.
            Self::Client => !place.asked && (by.client || by.other || place.talk.addressed),
            Self::ClientReports => !place.asked && by.client,
            Self::Therapist => by.therapist,
            Self::Discussed => true,
            Self::Judged => by.therapist && !place.asked,
        }
    }
}

/// One sentence of a claim.
pub struct ClaimLine {
    pub line: Line,
    pub negation: Negation,
    /// Of whom each word speaks.
    pub who: Vec<Who>,
}

impl ClaimLine {
    /// The words that have to have been said.
    pub fn contents(&self) -> impl Iterator<Item = usize> + '_ {
        let heading = self.heading();
        (0..self.line.words.len()).filter(move |&at| {
            // "Allergies: none" denies what its heading names.
            if at < heading && HEADINGS.contains(&self.line.stems[at]) && self.says(at) != Says::No {
                return false;
            }
            let word = self.line.words[at].as_str();
            (is_content(word) || self.is_month_of_may(at) || self.is_worth(at))
                && !denies(word)
                && !FRAME.contains(&self.line.stems[at])
                && part(word).is_none()
        })
    }

    /// What the line says of a word. A heading affirms nothing yet.
    pub fn says(&self, at: usize) -> Says {
        match self.negation.says(at, at + 1) {
            Says::Yes if at < self.heading() => Says::Either,
            says => says,
        }
    }

    /// Whether it denies without a word of what: "None."
    pub fn denies_nothing_named(&self) -> bool {
        const DENIALS: [&str; 6] = ["none", "denied", "denies", "negative", "absent", "nil"];
        self.contents().next().is_none()
            && self.line.words.iter().any(|word| DENIALS.contains(&word.as_str()))
    }

    /// How many words stand before a colon at the beginning.
    fn heading(&self) -> usize {
        let between = self.line.between.iter().take(LONGEST_HEADING + 1);
        between.skip(1).position(|between| *between == Between::Colon).map_or(0, |at| at + 1)
    }

    /// Whether a word tells only how: "slowly". Of risk and of drugs it tells more.
    pub fn is_manner(&self, at: usize) -> bool {
        self.line.words[at].len() > 5
            && self.line.words[at].ends_with("ly")
            && !self.is_time(at)
            && risk::topics_of(&self.line.words).is_empty()
            && !medication::mentioned(&self.line.words)
    }

    /// Whether it matters most of whom this is said: risk, drugs, drink.
    pub fn is_personal(&self) -> bool {
        const SUBSTANCES: &str =
            "drink alcohol smoke drug drugs marijuana cannabi weed cocain heroin meth sober";
        let of_substances = |stem: &String| SUBSTANCES.split(' ').any(|substance| substance == stem);
        !risk::topics_of(&self.line.words).is_empty()
            || medication::mentioned(&self.line.words)
            || self.line.stems.iter().any(of_substances)
    }

    /// Whether a word is one of time.
    pub fn is_time(&self, at: usize) -> bool {
        TIMES.contains(&self.line.stems[at]) || self.is_month_of_may(at)
    }

    /// "Good" and "well", where they say how something was.
    fn is_worth(&self, at: usize) -> bool {
        match self.line.words[at].as_str() {
            "good" => true,
            "well" => at > 0 && self.line.words[at - 1] != "as",
            _ => false,
        }
    }

    /// "In May", which is no verb.
    fn is_month_of_may(&self, at: usize) -> bool {
        const BEFORE: [&str; 9] = ["in", "since", "until", "of", "by", "last", "next", "early", "late"];
        self.line.words[at] == "may" && at > 0 && BEFORE.contains(&self.line.words[at - 1].as_str())
    }
}

/// What a sentence claims, apart from what it quotes whole.
pub struct Claim {
    pub lines: Vec<ClaimLine>,
}

impl Claim {
    /// Reads a sentence of a section.
    pub fn of(section_key: &str, text: &str) -> Self {
        let judged = JUDGED.contains(&section_key);
        let lines = lines(text).into_iter().map(|line| {
            let mut who = subjects(&line);
            // A plan is what anybody proposed and nobody declined.
            if section_key == "plan" {
                for who in who.iter_mut().filter(|who| **who == Who::Client) {
                    *who = Who::Nobody;
                }
            }
            if judged {
                for who in &mut who {
                    if matches!(who, Who::Nobody | Who::Client) {
                        *who = Who::Judged;
                    }
                }
            }
            ClaimLine { negation: Negation::of(&line), who, line }
        });
        Self { lines: lines.collect() }
    }
}

/// The part that a word names.
fn part(word: &str) -> Option<Who> {
    match word {
        "client" | "clients" | "patient" | "patients" => Some(Who::Client),
        "therapist" | "therapists" | "clinician" | "clinicians" | "provider" | "writer" => {
            Some(Who::Therapist)
        }
        _ => None,
    }
}

/// Of whom each word of a line speaks: of the one named at its beginning, until another is named as a subject.
fn subjects(line: &Line) -> Vec<Who> {
    let mut who = Vec::with_capacity(line.words.len());
    let mut now = Who::Nobody;
    let within = |at: usize, verbs: &HashSet<String>| {
        line.stems[at..].iter().take(VERB_WITHIN).any(|stem| verbs.contains(stem))
    };
    if within(0, &DISCUSSES) {
        now = Who::Discussed;
    } else if line.stems.first().is_some_and(|first| REPORTS.contains(first))
        || line.words.starts_with(&["per".into()])
    {
        now = Who::ClientReports;
    }
    for (at, word) in line.words.iter().enumerate() {
        let named = if matches!(word.as_str(), "he" | "she" | "they") && at == 0 {
            Some(Who::Client)
        } else {
            part(word)
        };
        let before = at.checked_sub(1).map(|before| line.words[before].as_str());
        let ahead = if before == Some("the") {
            at.checked_sub(2).map(|ahead| line.words[ahead].as_str())
        } else {
            before
        };
        let subject = matches!(ahead, None | Some("and" | "while" | "but" | "then" | "per"));
        let owner = word.ends_with('s') && word != "s";
        if let Some(named) = named.filter(|_| subject && !owner) {
            let both = line.words.get(at + 1).is_some_and(|next| next == "and")
                && line.words.get(at + 2).is_some_and(|next| part(next).is_some());
            now = match named {
                Who::Client if !both && within(at + 1, &DISCUSSES) => Who::ClientReports,
                _ if both || within(at + 1, &DISCUSSES) => Who::Discussed,
                _ if now == Who::Discussed && before == Some("and") => now,
                Who::Client if before == Some("per") || within(at + 1, &REPORTS) => Who::ClientReports,
                other => other,
            };
        }
        who.push(now);
    }
    who
}
