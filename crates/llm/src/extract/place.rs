//! Everything apart from risk and medication: which lines a note holds, and where.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    draft::{Evidence, Sentence, SentenceKind},
    exchange::{Block, Spoken},
    extract::{
        Entry, Place, Placed, Session,
        quote::{Lead, Said},
    },
    person::third_person,
    score::{LEAST, score},
    text::is_content,
    turn::{NoteFormat, Role},
};

/// Words of the client's report in a note, about a page.
const REPORT_WORDS: usize = 350;
/// Words of what the therapist did.
const DONE_WORDS: usize = 160;
/// Two sentences that share more of their content words than this say the same.
const SAME: f32 = 0.8;
/// An agreement of more words than this is shown by its beginning and its commitments.
const SHORT_ANSWER: usize = 40;

/// A client's sentence that may go into the note.
struct Candidate {
    block: usize,
    index: usize,
    score: f32,
}

impl Session<'_> {
    /// Places what was agreed, formulated, observed and done, and then the best of what the client reported.
    pub fn place_the_rest(&self, format: NoteFormat, placed: &mut Placed) {
        let mut done = 0;
        for (at, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.may_be_therapist()) {
            self.place_plan(at, placed);
            for (index, sentence) in block.sentences.iter().enumerate() {
                if placed.shown.contains(&(at, index)) {
                    continue;
                }
                let Some(place) = place_of(block, sentence, format) else { continue };
                if matches!(place, Place::Done | Place::Intervention) {
                    done += sentence.words.len();
                    if done > DONE_WORDS {
                        continue;
                    }
                }
                // Neighbouring sentences of one kind are one quotation.
                let mut indices = vec![index];
                let rest = block.sentences.iter().enumerate().skip(index + 1);
                indices.extend(
                    rest.take_while(|(_, next)| {
                        place == Place::Done && next.about("together") && !next.touches_risk()
                    })
                    .map(|(next, _)| next),
                );
                let parts = [Said { block: at, sentences: indices }];
                placed.take(self, place, &parts, Lead::Plain, SentenceKind::Quote);
            }
        }
        self.place_reports(format, placed);
    }

    /// What was proposed for the time after the session, with what was answered.
    fn place_plan(&self, at: usize, placed: &mut Placed) {
        let said = self.blocks[at].sentences.iter().enumerate();
        let proposed: Vec<usize> =
            said.filter(|(_, sentence)| proposes(sentence)).map(|(index, _)| index).collect();
        let Some(&last) = proposed.last() else { return };
        let asks = self.blocks[at].sentences[last].asks;
        let mut parts = vec![Said { block: at, sentences: proposed }];
        if let Some(answer) = self.blocks.get(at + 1).filter(|next| next.may_be_client()) {
            let short = answer.words() <= SHORT_ANSWER;
            // Where the answer turns to what happened, it reports.
            let turns_away = |sentence: &&Spoken| sentence.about("symptom") || sentence.about("life");
            let to_this = answer.sentences.iter().take_while(|sentence| !turns_away(sentence)).count();
            let said = answer.sentences.iter().enumerate();
            let sentences: Vec<usize> = said
                .filter(|(index, sentence)| {
                    let thanks = sentence.about("small_talk")
                        || sentence.words.iter().any(|word| word.starts_with("thank"));
                    (commits(sentence)
                        || (*index == 0 && (short || asks))
                        || (short && *index < to_this && !thanks))
                        && !placed.shown.contains(&(at + 1, *index))
                })
                .map(|(index, _)| index)
                .collect();
            if !sentences.is_empty() {
                parts.push(Said { block: at + 1, sentences });
            }
        }
        placed.take(self, Place::Plan, &parts, Lead::Plain, SentenceKind::Quote);
    }

    fn place_reports(&self, format: NoteFormat, placed: &mut Placed) {
        let mut candidates = Vec::new();
        let mut chosen: HashSet<(usize, usize)> = HashSet::new();
        for (at, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.may_be_client()) {
            let question = self.question_of(at);
            let measured = question
                .is_some_and(|q| self.blocks[q].sentences.iter().any(|s| s.asks && s.about("measure")));
            let practised = at > 0 && self.practises(at - 1);
            let short = block.words() <= SHORT_ANSWER;
            for (index, sentence) in block.sentences.iter().enumerate() {
                if placed.shown.contains(&(at, index)) {
                    continue;
                }
                let content = sentence.words.iter().any(|word| is_content(word));
                if measured || (practised && short && content && !sentence.asks) {
                    chosen.insert((at, index));
                } else {
                    candidates.push(Candidate {
                        block: at,
                        index,
                        score: score(sentence, question.map(|question| &self.blocks[question])),
                    });
                }
            }
        }
        // The best first; equally good ones in the order of the session.
        candidates.retain(|candidate| candidate.score >= LEAST);
        candidates
            .sort_by(|a, b| b.score.total_cmp(&a.score).then((a.block, a.index).cmp(&(b.block, b.index))));
        let mut words = 0;
        let mut kept: Vec<HashSet<&str>> = Vec::new();
        for candidate in &candidates {
            let sentence = &self.blocks[candidate.block].sentences[candidate.index];
            if words + sentence.words.len() > REPORT_WORDS {
                break;
            }
            let content: HashSet<&str> =
                sentence.words.iter().map(String::as_str).filter(|word| is_content(word)).collect();
            let same = |other: &HashSet<&str>| {
                let least = content.len().min(other.len()).max(1);
                content.intersection(other).count() as f32 / least as f32 > SAME
            };
            if kept.iter().any(same) {
                continue;
            }
            words += sentence.words.len();
            kept.push(content);
            chosen.insert((candidate.block, candidate.index));
        }
        for at in 0..self.blocks.len() {
            let indices: Vec<usize> =
                (0..self.blocks[at].sentences.len()).filter(|&index| chosen.contains(&(at, index))).collect();
            if !indices.is_empty() {
                self.place_report(at, indices, self.report_place(at, format), placed);
            }
        }
    }

    /// Where a client's words belong, by what came before them.
    fn report_place(&self, at: usize, format: NoteFormat) -> Place {
        let Some(before) = at.checked_sub(1).map(|before| &self.blocks[before]) else { return Place::Report };
        let after = |topic: &str| before.sentences.iter().any(|sentence| sentence.about(topic));
        let practised = self.practises(at - 1);
        let measured = before.asks && after("measure");
        // What homework or a question about a technique brought is the response to it, where the form has a place for that.
        let reviewed = before.asks && (after("review") || after("intervention"));
        if practised || measured || (reviewed && format == NoteFormat::Birp) {
            Place::Response
        } else {
            Place::Report
        }
    }

    /// Whether something is done together in the session here.
    fn practises(&self, block: usize) -> bool {
        self.blocks[block].sentences.iter().any(|said| said.about("together") && said.about("intervention"))
    }

    /// One block's chosen sentences: in the third person where that is certain, quoted where it is not, with the question
    /// where the answer cannot be understood alone. The question is always cited.
    fn place_report(&self, at: usize, indices: Vec<usize>, place: Place, placed: &mut Placed) {
        let block = &self.blocks[at];
        let question = self.question_of(at);
        let asked: Vec<Uuid> = question.map(|question| self.asking_turns(question)).unwrap_or_default();
        let mut quoted: Vec<usize> = Vec::new();
        let mut first = true;
        for &index in &indices {
            let sentence = &block.sentences[index];
            let third = if block.role == Role::Client && block.name == "Client" {
                third_person(&sentence.text)
            } else {
                None
            };
            // "I did it": what "it" is only the question says.
            let vague = first && quoted.is_empty() && question.is_some() && is_elliptical(sentence);
            let Some(text) = third.filter(|_| !vague) else {
                quoted.push(index);
                continue;
            };
            self.quote_answer(at, &mut quoted, first, &asked, place, placed);
            first = false;
            let turns = sentence.turns.clone().map(|turn| self.turns[turn].id);
            if let Ok(evidence) = Evidence::try_from(asked.iter().copied().chain(turns).collect::<Vec<_>>()) {
                let sentence = Sentence { text, evidence, quotation: false, kind: SentenceKind::Extract };
                placed.entries.push(Entry { place, position: (at, index), sentence });
            }
        }
        self.quote_answer(at, &mut quoted, first, &asked, place, placed);
    }

    fn quote_answer(
        &self,
        at: usize,
        quoted: &mut Vec<usize>,
        first: bool,
        asked: &[Uuid],
        place: Place,
        placed: &mut Placed,
    ) {
        let Some(&start) = quoted.first() else { return };
        let mut parts = Vec::new();
        if first && is_elliptical(&self.blocks[at].sentences[start]) {
            parts.extend(self.question_of(at).and_then(|question| self.questions(question, placed)));
        }
        parts.push(Said { block: at, sentences: std::mem::take(quoted) });
        for mut sentence in self.quote(&parts, Lead::Plain, SentenceKind::Quote) {
            let turns: Vec<Uuid> = asked.iter().copied().chain(sentence.evidence.iter()).collect();
            if let Ok(evidence) = Evidence::try_from(turns) {
                sentence.evidence = evidence;
            }
            placed.entries.push(Entry { place, position: (at, start), sentence });
        }
    }

    /// The turns of a block's last questions.
    fn asking_turns(&self, block: usize) -> Vec<Uuid> {
        let asking: Vec<&Spoken> =
            self.blocks[block].sentences.iter().filter(|sentence| sentence.asks).collect();
        let last = &asking[asking.len().saturating_sub(2)..];
        last.iter().flat_map(|sentence| sentence.turns.clone()).map(|turn| self.turns[turn].id).collect()
    }
}

/// Where a therapist's sentence belongs, if a note holds it at all. Assessment and mental status are only ever what the
/// therapist, known to be one, said in so many words.
fn place_of(block: &Block, sentence: &Spoken, format: NoteFormat) -> Option<Place> {
    let therapist = block.role == Role::Therapist;
    if sentence.touches_risk() || sentence.medication {
        return None;
    }
    if therapist && !sentence.asks && sentence.about("formulation") {
        return Some(Place::Assessment);
    }
    if therapist && !sentence.asks && sentence.about("observation") && !sentence.about("observation_not") {
        return Some(Place::MentalStatus);
    }
    if sentence.about("intervention") && sentence.about("together") && !sentence.about("review") {
        return Some(Place::Done);
    }
    let reflects = therapist && !sentence.asks && sentence.about("reflection") && sentence.words.len() > 5;
    (format == NoteFormat::Birp && reflects).then_some(Place::Intervention)
}

/// Whether a sentence proposes something for the time after the session. A question counts when it proposes ("Shall we
/// meet next Thursday?"), not when it asks about the time to come.
fn proposes(sentence: &Spoken) -> bool {
    let greets = sentence.about("small_talk") && !sentence.asks;
    // What is agreed for a crisis or about a drug is part of the plan too; a question about risk is none.
    if (sentence.touches_risk() && sentence.asks)
        || greets
        || !sentence.about("plan")
        || sentence.about("review")
    {
        return false;
    }
    let has = |set: &[&str]| sentence.words.iter().any(|word| set.contains(&word.as_str()));
    !sentence.asks
        || (has(&["shall", "should", "can", "could", "will", "would", "lets"]) && has(&["we", "you", "us"]))
}

/// Whether somebody says what they will do, or agrees.
fn commits(sentence: &Spoken) -> bool {
    let pairs = |first: &str, second: &str| {
        sentence.words.windows(2).any(|pair| pair[0] == first && pair[1] == second)
    };
    sentence.words.iter().any(|word| word == "ill")
        || [
            ("i", "will"),
            ("i", "can"),
            ("im", "going"),
            ("sounds", "good"),
            ("that", "works"),
            ("i", "cant"),
            ("i", "wont"),
        ]
        .iter()
        .any(|(first, second)| pairs(first, second))
}

/// Whether an answer needs its question to be understood.
fn is_elliptical(sentence: &Spoken) -> bool {
    const OPENINGS: [&str; 34] = [
        "yes",
        "no",
        "not",
        "maybe",
        "about",
        "just",
        "that",
        "because",
        "to",
        "from",
        "probably",
        "usually",
        "only",
        "like",
        "and",
        "or",
        "since",
        "until",
        "for",
        "never",
        "always",
        "sometimes",
        "every",
        "at",
        "a",
        "pretty",
        "it",
        "less",
        "more",
        "some",
        "very",
        "kind",
        "yeah",
        "well",
    ];
    let refers = sentence.words.iter().take(4).any(|word| word == "it" || word == "that" || word == "this");
    sentence.words.len() < 5
        || (refers && sentence.words.len() < 10)
        || OPENINGS.contains(&sentence.words[0].as_str())
}
