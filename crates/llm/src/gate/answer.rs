//! How a question was answered: by the first words of the answer.

use crate::gate::word::Line;

/// How a turn answers a yes-or-no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// In its own words.
    Open,
}

const FILLERS: [&str; 15] = [
    "oh", "uh", "um", "well", "so", "okay", "ok", "hmm", "hm", "ah", "uhm", "actually", "and", "but",
    "honestly",
];

/// How a line answers the question before it.
pub fn answer(line: &Line) -> Answer {
    let mut words =
        line.words.iter().map(String::as_str).skip_while(|word| FILLERS.contains(word)).peekable();
    if words.peek().is_none() && line.words.iter().any(|word| word == "okay" || word == "ok") {
        return Answer::Yes;
    }
    let mut next = || words.next().unwrap_or_default();
    let three = (next(), next(), next());
    if is_open(three) {
        Answer::Open
    } else if is_no(three) {
        Answer::No
    } else if is_yes(three) {
        Answer::Yes
    } else {
        Answer::Open
    }
}

/// What begins like a no and is none.
fn is_open(words: (&str, &str, &str)) -> bool {
    matches!(
        words,
        ("no" | "not", "problem" | "worries" | "sure", _)
            | ("i", "dont" | "didnt", "know" | "remember" | "understand" | "recall")
    )
}

fn is_no(words: (&str, &str, &str)) -> bool {
    matches!(
        words,
        ("no" | "nope" | "nah" | "never" | "none" | "not" | "nothing" | "neither" | "negative", _, _)
            | ("absolutely" | "definitely" | "certainly" | "probably" | "of", "not", _)
            | ("of", "course", "not")
            | (
                "i" | "we" | "it" | "they" | "he" | "she",
                "dont"
                    | "didnt"
                    | "havent"
                    | "hasnt"
                    | "doesnt"
                    | "wasnt"
                    | "cant"
                    | "wont"
                    | "couldnt"
                    | "never"
                    | "hadnt",
                _
            )
            | ("im" | "its" | "were" | "hes" | "shes" | "theres" | "thats", "not" | "no" | "never", _)
            | ("i" | "we" | "it" | "they" | "he" | "she" | "there", _, "not" | "never" | "no")
    )
}

fn is_yes(words: (&str, &str, &str)) -> bool {
    matches!(
        words,
        (
            "yes" | "yeah" | "yep" | "yup" | "yea" | "correct" | "right" | "sure" | "definitely" | "absolutely"
                | "exactly" | "mhm" | "sometimes" | "true" | "certainly" | "totally" | "indeed" | "occasionally"
                | "often",
            _,
            _
        )
            | ("of", "course", _)
            | ("a", "little" | "bit" | "lot", _)
            | ("sounds" | "thats", "good" | "great" | "fine" | "right" | "correct" | "true" | "it", _)
            | ("i", "guess" | "think" | "believe" | "suppose", "so")
            // "I do smoke" answers in its own words.
            | ("i" | "we", "do" | "am" | "have" | "did" | "will" | "can" | "was", "" | "and" | "but" | "actually")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::word::line;

    #[test]
    fn answers_are_known_by_their_first_words() {
        for (text, expected) in [
            ("No, nothing like that.", Answer::No),
            ("Nah.", Answer::No),
            ("Oh, no.", Answer::No),
            ("I don't think so.", Answer::No),
            ("I don't know.", Answer::Open),
            ("Not really.", Answer::No),
            ("Yeah, a bit.", Answer::Yes),
            ("Two years ago.", Answer::Open),
            ("Well, I do.", Answer::Yes),
            ("I do smoke.", Answer::Open),
            ("Absolutely not.", Answer::No),
            ("Okay.", Answer::Yes),
            ("Sounds like a lot.", Answer::Open),
            ("No problem.", Answer::Open),
        ] {
            assert_eq!(answer(&line(text)), expected, "{text}");
        }
    }
}
