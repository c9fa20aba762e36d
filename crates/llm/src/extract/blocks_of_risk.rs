//! The two lists that leave nothing out: every exchange that touches risk, every line about a drug.

use crate::{
    draft::SentenceKind,
    exchange::{Block, Spoken},
    extract::{
        Entry, Place, Placed, Session,
        quote::{Lead, Said},
    },
    medication,
};

/// A contribution of at most this many words is quoted whole.
const QUOTED_WHOLE: usize = 80;
/// A line of at most this many words behind one about a drug may still be about it.
const SHORT_LINE: usize = 15;
/// Follow-up questions listed after an answer that is not a plain no.
const FOLLOW_UPS: usize = 2;

impl Session<'_> {
    /// The question a block answers: the block before it, if that asks.
    pub fn question_of(&self, block: usize) -> Option<usize> {
        block.checked_sub(1).filter(|&before| self.blocks[before].asks)
    }

    /// Lists every exchange that touches risk: the question, the answer, and what was asked next unless the answer was no.
    pub fn list_risk(&self, placed: &mut Placed) {
        let mut exchanges: Vec<(usize, usize)> = Vec::new();
        for (at, block) in self.blocks.iter().enumerate() {
            if !block.sentences.iter().any(Spoken::touches_risk) {
                continue;
            }
            let mut from = self.question_of(at).unwrap_or(at);
            if from == at && at > 0 && asks_about_it(block) && self.blocks[at - 1].may_be_client() {
                from = self.question_of(at - 1).unwrap_or(at - 1);
            }
            let mut to = at;
            // What the therapist says of risk is answered, whether or not it was heard as a question.
            if (block.asks || block.may_be_therapist()) && at + 1 < self.blocks.len() {
                to += 1;
            }
            for _ in 0..FOLLOW_UPS {
                let goes_on =
                    self.blocks.get(to + 1).is_some_and(|next| next.asks && !is_another_matter(next));
                if self.is_plain_no(to) || !goes_on || to + 2 >= self.blocks.len() || self.blocks[to].asks {
                    break;
                }
                to += 2;
            }
            match exchanges.last_mut() {
                // A question and its answer stay together; exchanges that merely touch stay apart.
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => exchanges.push((from, to)),
            }
        }
        for (from, to) in exchanges {
            // A long exchange is listed in pairs, so that each can be read, cited and dismissed.
            let mut at = from;
            while at <= to {
                let answered = self.blocks[at].asks || self.blocks[at].may_be_therapist();
                let pair = if answered { (at + 1).min(to) } else { at };
                let parts: Vec<Said> = (at..=pair).map(|block| self.risk_part(block)).collect();
                placed.take(self, Place::Risk, &parts, Lead::Timed, SentenceKind::RiskExchange);
                at = pair + 1;
            }
        }
    }

    /// "No", with nothing after it that touches risk: "Not pills or anything" is none.
    fn is_plain_no(&self, block: usize) -> bool {
        let said = &self.blocks[block].sentences;
        let first = said.first().and_then(|sentence| sentence.words.first());
        first.is_some_and(|word| matches!(word.as_str(), "no" | "nope" | "never" | "nah" | "none" | "not"))
            && !said.iter().any(Spoken::touches_risk)
    }

    /// A whole contribution, or of a long one what touches risk with its neighbours, its beginning and its questions.
    fn risk_part(&self, block: usize) -> Said {
        let said = &self.blocks[block].sentences;
        let near = |index: usize| {
            said[index.saturating_sub(1)..(index + 2).min(said.len())].iter().any(Spoken::touches_risk)
        };
        let whole = self.blocks[block].words() <= QUOTED_WHOLE;
        let keep = |&index: &usize| whole || index < 2 || said[index].asks || near(index);
        Said { block, sentences: (0..said.len()).filter(keep).collect() }
    }

    /// Lists every line about a drug or a dose, with the question it answers or the answer it gets.
    pub fn list_medication(&self, placed: &mut Placed) {
        let mut from = 0;
        while from < self.blocks.len() {
            let at = from;
            from += 1;
            let mentioned = self.medication_lines(at, placed);
            // "You were taking naltrexone." is answered as well: "Fifty a day, until Easter."
            let says_how_much =
                |next: &Block| self.blocks[at].may_be_therapist() && next.sentences[0].about("amount");
            let told = self.blocks.get(at + 1).is_some_and(says_how_much);
            let answered = self.blocks.get(at + 1).is_some() && self.blocks[at].asks;
            if mentioned.is_empty() {
                continue;
            }
            let asked = mentioned.iter().any(|&index| self.blocks[at].sentences[index].asks);
            let mut parts = Vec::new();
            if let Some(question) = self.question_of(at) {
                parts.extend(self.questions(question, placed));
            }
            parts.push(Said { block: at, sentences: mentioned });
            if (asked && answered) || told {
                let mut answer = self.opening(at + 1);
                answer.sentences.extend(self.medication_lines(at + 1, placed));
                answer.sentences.sort_unstable();
                answer.sentences.dedup();
                parts.push(answer);
                from = at + 2;
            }
            placed.take(self, Place::Medication, &parts, Lead::Plain, SentenceKind::Medication);
        }
    }

    /// The sentences of a block about a drug, and those behind them that say how much of it or what became of it.
    fn medication_lines(&self, block: usize, placed: &Placed) -> Vec<usize> {
        let mut about = false;
        let mut lines = Vec::new();
        for (index, sentence) in self.blocks[block].sentences.iter().enumerate() {
            let short = sentence.words.len() <= SHORT_LINE;
            about = sentence.medication || (about && short && sentence.about("amount"));
            // What names a drug or a dose stands here also when it is listed as risk: this list is complete.
            if about && (medication::named(&sentence.words) || !placed.shown.contains(&(block, index))) {
                lines.push(index);
            }
        }
        lines
    }

    /// The last questions of a block, two at most.
    pub fn questions(&self, block: usize, placed: &Placed) -> Option<Said> {
        let said = self.blocks[block].sentences.iter().enumerate();
        let all: Vec<usize> = said
            .filter(|(index, sentence)| sentence.asks && !placed.shown.contains(&(block, *index)))
            .map(|(index, _)| index)
            .collect();
        let mut sentences = all[all.len().saturating_sub(2)..].to_vec();
        // "How did that go?": what "that" is stands in the sentence before.
        if let Some(&first) = sentences.first()
            && first > 0
            && self.blocks[block].sentences[first].words.iter().any(|word| word == "that" || word == "it")
            && !placed.shown.contains(&(block, first - 1))
        {
            sentences.insert(0, first - 1);
        }
        (!sentences.is_empty()).then_some(Said { block, sentences })
    }

    /// A block whole, or the first three sentences of a long one.
    pub fn opening(&self, block: usize) -> Said {
        let all = self.blocks[block].sentences.len();
        let some = if self.blocks[block].words() <= QUOTED_WHOLE { all } else { all.min(3) };
        Said { block, sentences: (0..some).collect() }
    }
}

/// Whether a question about risk is put because of what was said before: "Would you act on it?", "Was
/// that a wish to die?".
fn asks_about_it(block: &Block) -> bool {
    const BEFORE: [&str; 10] = ["it", "him", "her", "them", "he", "she", "they", "these", "those", "mean"];
    block.may_be_therapist()
        && block.sentences.iter().any(|sentence| {
            let points_back = sentence.words.iter().any(|word| BEFORE.contains(&word.as_str()));
            let sums_up = matches!(sentence.words.get(1).map(String::as_str), Some("that" | "this"));
            sentence.asks && sentence.touches_risk() && (points_back || sums_up)
        })
}

/// Whether a question turns from risk to something else: it asks about drugs, or it names what notes have another
/// place for and points back at nothing that was said.
fn is_another_matter(block: &Block) -> bool {
    const POINTS_BACK: [&str; 10] =
        ["that", "it", "this", "those", "these", "them", "then", "there", "before", "happen"];
    const ELSEWHERE: [&str; 5] = ["symptom", "life", "measure", "intervention", "small_talk"];
    let mut asked = block.sentences.iter().filter(|sentence| sentence.asks);
    !block.sentences.iter().any(Spoken::touches_risk)
        && asked.all(|question| {
            let elsewhere = ELSEWHERE.iter().any(|topic| question.about(topic));
            let points_back = question.words.iter().any(|word| POINTS_BACK.contains(&word.as_str()));
            question.medication || (elsewhere && !points_back)
        })
}

impl Placed {
    /// Quotes parts and remembers that they are shown.
    pub fn take(
        &mut self,
        session: &Session<'_>,
        place: Place,
        parts: &[Said],
        lead: Lead,
        kind: SentenceKind,
    ) {
        let Some(first) = parts.first() else { return };
        let position = (first.block, first.sentences.first().copied().unwrap_or(0));
        for sentence in session.quote(parts, lead, kind) {
            self.entries.push(Entry { place, position, sentence });
        }
        for part in parts {
            self.shown.extend(part.sentences.iter().map(|&index| (part.block, index)));
        }
    }
}
