//! "I noticed that I worry" to "Client noticed that they worry", where that is certain; otherwise nothing, and the
//! words are quoted. The rules accept few shapes on purpose: an ungrammatical sentence helps nobody.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Verbs after "I" whose form does not change: pasts and modals.
const UNCHANGED: &str = "was had did said told went came got made took saw knew thought felt found left kept began slept woke ate drank \
    drove spent met lost won sent brought bought taught caught fought held stood understood heard read wrote spoke broke \
    chose fell flew forgot gave grew hid ran sat sang swam threw wore tore paid put let set cut quit hurt cried tried stopped \
    can could will would should might must cannot used";
/// Verbs after "I" that take an -s, with their third person.
const PRESENT: &str = "keep:keeps feel:feels think:thinks know:knows want:wants need:needs get:gets go:goes do:does try:tries \
    worry:worries work:works live:lives like:likes love:loves hate:hates sleep:sleeps wake:wakes lie:lies look:looks eat:eats \
    drink:drinks take:takes believe:believes remember:remembers forget:forgets notice:notices understand:understands hope:hopes \
    wish:wishes avoid:avoids find:finds cry:cries spend:spends see:sees tell:tells say:says jump:jumps start:starts stop:stops \
    struggle:struggles stay:stays miss:misses enjoy:enjoys prefer:prefers dread:dreads";
/// Shortened forms after "I".
const SHORTENED: &str = "am:is have:has don't:does_not haven't:has_not didn't:did_not wasn't:was_not couldn't:could_not can't:cannot \
    wouldn't:would_not won't:will_not hadn't:had_not shouldn't:should_not";
/// The same after "they".
const AFTER_THEY: &str = "am:are was:were wasn't:were_not";
/// Words that may stand between "I" and its verb.
const ADVERBS: &str = "always never often usually still also just really only sometimes mostly rarely already probably even actually";
/// A rewritten sentence cannot hold these: whom they mean would change or become unclear.
const UNSAFE: &str = "you your yours yourself we us our ours ourselves they them their theirs themselves he him his she her hers mine this these here \
    let's you're you've you'd you'll we're we've we'd we'll they're they've they'll they'd";
/// Broken-off speech: fillers, and words that cannot stand before a comma or at the end.
const FILLERS: &str = "um uh er erm hmm mm yeah okay ok oh";
const OPEN: &str = "to a an the and or but of in for with that is are was it's because i my every got little so just like i'm i've i'll from at on \
    some than if when as been very really";
/// Two of these side by side are a false start.
const FINITE: &str = "am is are was were have has had do does did can could will would i'm i've it's that's";
/// After "and", "but", "or" or "then" these begin something that does not depend on the form of the first verb.
const FRESH_START: &str = "i i'm i've i'd i'll the a an my that it's it then not in on at for with to when because if after before so";

fn table(pairs: &'static str) -> HashMap<&'static str, String> {
    pairs
        .split_whitespace()
        .filter_map(|pair| pair.split_once(':'))
        .map(|(from, to)| (from, to.replace('_', " ")))
        .collect()
}

struct Forms {
    unchanged: HashSet<&'static str>,
    present: HashMap<&'static str, String>,
    shortened: HashMap<&'static str, String>,
    after_they: HashMap<&'static str, String>,
    adverbs: HashSet<&'static str>,
    fillers: HashSet<&'static str>,
    open: HashSet<&'static str>,
    finite: HashSet<&'static str>,
    forbidden: HashSet<&'static str>,
    fresh: HashSet<&'static str>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms {
    unchanged: UNCHANGED.split_whitespace().collect(),
    present: table(PRESENT),
    shortened: table(SHORTENED),
    after_they: table(AFTER_THEY),
    adverbs: ADVERBS.split_whitespace().collect(),
    fillers: FILLERS.split_whitespace().collect(),
    open: OPEN.split_whitespace().collect(),
    finite: FINITE.split_whitespace().collect(),
    forbidden: UNSAFE.split_whitespace().collect(),
    fresh: FRESH_START.split_whitespace().collect(),
});

/// A word with its punctuation apart, in lower case with a straight apostrophe.
struct Word<'a> {
    plain: String,
    shown: &'a str,
    tail: &'a str,
}

fn split(sentence: &str) -> Vec<Word<'_>> {
    sentence
        .split(' ')
        .map(|piece| {
            let shown = piece.trim_end_matches([',', '.', '!', ';', ':', '…']);
            Word { plain: shown.to_lowercase().replace('’', "'"), shown, tail: &piece[shown.len()..] }
        })
        .collect()
}

/// The verb of an "I": whether it keeps its form, and the form for one person named.
enum Verb {
    Same,
    Changes(String),
}

fn verb(word: &str) -> Option<Verb> {
    if let Some(form) = FORMS.shortened.get(word).or_else(|| FORMS.present.get(word)) {
        return Some(Verb::Changes(form.clone()));
    }
    let past = word.len() > 4
        && word.ends_with("ed")
        && !matches!(word, "need" | "feed" | "speed" | "bleed" | "succeed");
    (past || FORMS.unchanged.contains(word)).then_some(Verb::Same)
}

/// The sentence about the client, or `None` where the rules are not certain.
pub fn third_person(sentence: &str) -> Option<String> {
    let words = split(sentence);
    if words.len() < 4
        || sentence.contains(['?', '\'', '"', '“', '(', '-', '—']) && has_quotes(sentence)
        || words.iter().any(|word| FORMS.forbidden.contains(word.plain.as_str()))
    {
        return None;
    }
    if is_broken(&words) {
        return None;
    }
    let mut shown: Vec<String> = Vec::with_capacity(words.len() + 1);
    let mut index = 0;
    // The subject and its verb.
    match words[0].plain.as_str() {
        "i'm" => shown.push("Client is".to_owned()),
        "i've" => shown.push("Client has".to_owned()),
        "i'll" => shown.push("Client will".to_owned()),
        "i" => {
            shown.push("Client".to_owned());
            index = 1;
            while FORMS.adverbs.contains(words.get(index)?.plain.as_str()) {
                shown.push(words[index].shown.to_owned() + words[index].tail);
                index += 1;
            }
            // "I will, I saved the number": the verb must have something after it.
            let at = words.get(index).filter(|at| at.tail.is_empty())?;
            // "I do not", "I have not", "I used to": the auxiliaries carry the form.
            shown.push(
                match verb(&at.plain)? {
                    Verb::Same => at.shown.to_owned(),
                    Verb::Changes(form) => form,
                } + at.tail,
            );
        }
        _ => return None,
    }
    let first_is_past = words.get(index).is_some_and(|word| matches!(verb(&word.plain), Some(Verb::Same)));
    // The rest.
    for at in index + 1..words.len() {
        let word = &words[at];
        let before = &words[at - 1];
        let after_joint = matches!(before.plain.as_str(), "and" | "but" | "or" | "then");
        let bare = FORMS.present.contains_key(word.plain.as_str());
        if after_joint && !FORMS.fresh.contains(word.plain.as_str()) && (bare || !(first_is_past || at == 0))
        {
            return None;
        }
        let form = match word.plain.as_str() {
            "i" => {
                let next =
                    words[at + 1..].iter().find(|next| !FORMS.adverbs.contains(next.plain.as_str()))?;
                if !word.tail.is_empty() || verb(&next.plain).is_none() {
                    return None;
                }
                "they".to_owned()
            }
            "i'm" => "they are".to_owned(),
            "i've" => "they have".to_owned(),
            "i'd" => "they would".to_owned(),
            "i'll" => "they will".to_owned(),
            "my" => "their".to_owned(),
            "me" => "them".to_owned(),
            "myself" => "themselves".to_owned(),
            plain => {
                let subject =
                    words[index + 1..at].iter().rev().find(|w| !FORMS.adverbs.contains(w.plain.as_str()));
                let after_they =
                    subject.is_some_and(|w| w.plain == "i").then(|| FORMS.after_they.get(plain)).flatten();
                after_they.cloned().unwrap_or_else(|| word.shown.to_owned())
            }
        };
        if word.plain == "i'd" {
            return None;
        }
        shown.push(form + word.tail);
    }
    let mut text = shown.join(" ");
    if !text.ends_with(['.', '!', '…']) {
        text = text.trim_end_matches([',', ';', ':']).to_owned() + ".";
    }
    Some(text)
}

/// Whether the speaker broke off, started again or searched for words.
fn is_broken(words: &[Word<'_>]) -> bool {
    let is = |set: &HashSet<&str>, word: &Word<'_>| set.contains(word.plain.as_str());
    let last = words.len() - 1;
    words.iter().enumerate().any(|(at, word)| {
        word.plain.is_empty()
            || is(&FORMS.fillers, word)
            || (is(&FORMS.open, word) && (!word.tail.is_empty() || at == last))
            || (word.plain == "like" && at > 0 && !words[at - 1].tail.is_empty())
            || words.get(at + 1).is_some_and(|next| {
                next.plain == word.plain || (is(&FORMS.finite, word) && is(&FORMS.finite, next))
            })
    })
}

/// Whether quotation marks other than apostrophes, a question or an interruption stand in the sentence.
fn has_quotes(sentence: &str) -> bool {
    sentence.contains(['?', '"', '“', '(', '—'])
        || sentence.contains(" - ")
        || sentence
            .split(' ')
            .any(|word| word.starts_with('\'') || word.ends_with('\'') || word.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::third_person;

    #[test]
    fn certain_sentences_are_put_in_the_third_person() {
        for (said, written) in [
            (
                "I keep waking up around three in the morning, and then I lie there thinking about work.",
                "Client keeps waking up around three in the morning, and then they lie there thinking about work.",
            ),
            ("I did it on four evenings.", "Client did it on four evenings."),
            (
                "I noticed that I always jump to the worst thing.",
                "Client noticed that they always jump to the worst thing.",
            ),
            ("I'm tired of my job.", "Client is tired of their job."),
            ("I was sure I was late", "Client was sure they were late."),
            ("I have not told anyone.", "Client has not told anyone."),
            ("I don't sleep at all.", "Client does not sleep at all."),
            ("I cried in the car and went home.", "Client cried in the car and went home."),
        ] {
            assert_eq!(third_person(said).as_deref(), Some(written), "{said}");
        }
    }

    #[test]
    fn uncertain_sentences_are_left_to_be_quoted() {
        for said in [
            "I get up and go to work.",
            "I keep getting up and vacuum the house.",
            "My manager moved the deadline forward, and I have been staying late.",
            "I told her that I was late.",
            "I said 'no way' to him.",
            "I really, you know, tried.",
            "Emma and I went home.",
            "I do I mean it was hard.",
            "I xyz the thing over there.",
            "I will.",
            "I have I'm, kind of struggling.",
            "I need to, I feel I need to go.",
            "I will uh, I'll just go there.",
            "I have done nothing since I have has symptoms.",
            "I can't go to work because I need to go like every.",
            "I will, I saved the number.",
            "I told them I was late.",
            "Not great.",
            "I think I'd rather stay.",
        ] {
            assert_eq!(third_person(said), None, "{said}");
        }
    }
}
