//! Cutting out what the recogniser made up: loops, stock phrases over silence, text where nobody spoke.
//!
//! Whisper's known failures are loops ("I was scared to ask. I was scared to ask. …") and closing phrases
//! of web videos over silence (Koenecke et al. 2024, "Careless Whisper"). What is cut is reported with its
//! time and reason; the first saying of a loop stays, since it may well have been said.

use crate::transcriber::{Dropped, Reason, TextSpan, Word};

/// A span together with how probable the engine thinks it that nobody spoke.
pub(crate) struct Heard {
    pub(crate) span: TextSpan,
    pub(crate) no_speech: f32,
    /// Where in the piece the engine itself says that the span ends; `None` if it ran on to the end of the sound.
    pub(crate) marked_end_ms: Option<u64>,
}

/// Keeps what was plausibly said and reports the rest.
pub(crate) fn cut(heard: Vec<Heard>) -> (Vec<TextSpan>, Vec<Dropped>) {
    let mut dropped = Vec::new();
    let mut spans = Vec::new();
    for Heard { span, no_speech, .. } in heard {
        match implausible(&span, no_speech) {
            Some(reason) => {
                dropped.push(Dropped { start_ms: span.start_ms, end_ms: span.end_ms, reason });
            }
            None if span.text.is_empty() => {}
            None => spans.push(span),
        }
    }
    let spans = cut_loops(cut_slow_phrases(spans, &mut dropped), &mut dropped);
    dropped.sort_by_key(|dropped| (dropped.start_ms, dropped.end_ms));
    (spans, dropped)
}

/// Sounds in brackets, stock phrases and unsure text over what does not sound like speech.
fn implausible(span: &TextSpan, no_speech: f32) -> Option<Reason> {
    let text = span.text.trim();
    if text.is_empty() {
        return None;
    }
    let bracketed = (text.starts_with('[') && text.ends_with(']'))
        || (text.starts_with('(') && text.ends_with(')'))
        || text.chars().all(|character| !character.is_alphanumeric());
    if bracketed || (no_speech > 0.6 && span.confidence < 0.4) {
        return Some(Reason::NoSpeech);
    }
    (no_speech > 0.4 && is_stock_phrase(text)).then_some(Reason::StockPhrase)
}

/// Phrases that the training material, subtitles of videos, has over silence and music.
fn is_stock_phrase(text: &str) -> bool {
    const PHRASES: &[&str] = &[
        "thank you",
        "thank you very much",
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "please subscribe",
        "please like and subscribe",
        "dont forget to subscribe",
        "see you next time",
        "see you in the next video",
        "ill see you in the next video",
        "bye",
        "bye bye",
        "you",
        "the end",
        "subtitles by the amaraorg community",
    ];
    PHRASES.contains(&plain(text).as_str())
}

/// Stock phrases in a row that are stretched over so much sound for each word were not said: people take a quarter of that.
/// Measured: fifteen seconds of chords are "Thank you." to the base model, which takes them for speech all the same.
const SLOW_WORD_MS: u64 = 1_500;
/// A shorter row may be one real thanks whose end is marked late.
const SLOW_ROW_MS: u64 = 4_000;

/// Removes stock phrases that stand for seconds of something else, such as music.
fn cut_slow_phrases(spans: Vec<TextSpan>, dropped: &mut Vec<Dropped>) -> Vec<TextSpan> {
    let mut kept = Vec::new();
    for row in spans.chunk_by(|one, next| is_stock_phrase(&one.text) && is_stock_phrase(&next.text)) {
        let (first, last) = (&row[0], &row[row.len() - 1]);
        let words: u64 = row.iter().map(|span| span.text.split_whitespace().count() as u64).sum();
        let length = last.end_ms.saturating_sub(first.start_ms);
        if is_stock_phrase(&first.text) && length >= SLOW_ROW_MS.max(words * SLOW_WORD_MS) {
            let (start_ms, end_ms) = (first.start_ms, last.end_ms);
            dropped.push(Dropped { start_ms, end_ms, reason: Reason::StockPhrase });
        } else {
            kept.extend_from_slice(row);
        }
    }
    kept
}

/// Lower case, letters and digits and single spaces only.
fn plain(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        word.chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How often a phrase of that many words may follow itself before it counts as a loop. People do say
/// "no, no, no, no"; nobody says a sentence four times without a breath.
fn allowed(words: usize) -> usize {
    match words {
        1 => 7,
        2 => 5,
        3..=4 => 4,
        _ => 3,
    }
}

const LONGEST_PHRASE: usize = 24;

/// Removes all but the first saying of each loop, within and across spans.
fn cut_loops(spans: Vec<TextSpan>, dropped: &mut Vec<Dropped>) -> Vec<TextSpan> {
    let words: Vec<String> = spans.iter().flat_map(said).map(|word| plain(&word.text)).collect();
    let doomed = loops(&words);
    if !doomed.contains(&true) {
        return spans;
    }
    let mut kept = Vec::new();
    let mut at = 0;
    for mut span in spans {
        let words = said(&span);
        let fate = &doomed[at..at + words.len()];
        at += words.len();
        if !fate.contains(&true) {
            kept.push(span);
            continue;
        }
        for run in words.iter().zip(fate).collect::<Vec<_>>().chunk_by(|one, next| one.1 == next.1) {
            if let (Some((first, true)), Some((last, _))) = (run.first(), run.last()) {
                let (start_ms, end_ms) = (first.start_ms, last.end_ms);
                dropped.push(Dropped { start_ms, end_ms, reason: Reason::Repetition });
            }
        }
        let rest: Vec<Word> =
            words.into_iter().zip(fate).filter(|(_, doomed)| !**doomed).map(|(word, _)| word).collect();
        if let (Some(first), Some(last)) = (rest.first(), rest.last()) {
            (span.start_ms, span.end_ms) = (first.start_ms, last.end_ms);
            span.text = rest.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            span.words = if span.words.is_empty() { Vec::new() } else { rest };
            kept.push(span);
        }
    }
    kept
}

/// The words of a span; where the engine gave none, its text divided with times spread evenly.
fn said(span: &TextSpan) -> Vec<Word> {
    if !span.words.is_empty() {
        return span.words.clone();
    }
    let texts: Vec<&str> = span.text.split_whitespace().collect();
    let (count, length) = (texts.len() as u64, span.end_ms.saturating_sub(span.start_ms));
    let time = |index: u64| span.start_ms + length * index / count.max(1);
    (0..count)
        .zip(texts)
        .map(|(index, text)| Word {
            start_ms: time(index),
            end_ms: time(index + 1),
            text: text.to_owned(),
            confidence: span.confidence,
        })
        .collect()
}

/// Marks the words that repeat the phrase just before them too often.
fn loops(words: &[String]) -> Vec<bool> {
    let mut doomed = vec![false; words.len()];
    let mut at = 0;
    while at < words.len() {
        let found = (1..=LONGEST_PHRASE.min((words.len() - at) / 2)).find_map(|length| {
            let phrase = &words[at..at + length];
            let times = words[at..].chunks_exact(length).take_while(|next| *next == phrase).count();
            (times > allowed(length)).then_some((length, times))
        });
        let Some((length, times)) = found else {
            at += 1;
            continue;
        };
        let mut end = at + length * times;
        // The loop usually breaks off in the middle of the phrase.
        while end < words.len() && end - at - length * times < length && words[end] == words[end - length] {
            end += 1;
        }
        doomed[at + length..end].fill(true);
        at = end;
    }
    doomed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str, no_speech: f32, confidence: f32) -> Heard {
        let texts: Vec<&str> = text.split_whitespace().collect();
        let words = texts.iter().zip(0..).map(|(text, index)| Word {
            start_ms: index * 200,
            end_ms: index * 200 + 200,
            text: (*text).to_owned(),
            confidence,
        });
        let end_ms = texts.len() as u64 * 200;
        let span = TextSpan {
            start_ms: 0,
            end_ms,
            text: text.to_owned(),
            confidence,
            words: words.collect(),
            voice: None,
        };
        Heard { span, no_speech, marked_end_ms: None }
    }

    fn kept(text: &str) -> (String, Vec<Dropped>) {
        let (spans, dropped) = cut(vec![heard(text, 0.1, 0.9)]);
        (spans.into_iter().map(|span| span.text).collect::<Vec<_>>().join(" "), dropped)
    }

    #[test]
    fn a_sentence_said_over_and_over_is_kept_once_and_the_rest_reported() {
        let (text, dropped) = kept(&format!("Well. {}Then I left.", "I was scared to ask. ".repeat(6)));
        assert_eq!(text, "Well. I was scared to ask. Then I left.");
        assert_eq!(dropped, [Dropped { start_ms: 1200, end_ms: 6200, reason: Reason::Repetition }]);
    }

    #[test]
    fn a_loop_that_breaks_off_inside_the_phrase_is_cut_to_its_end() {
        let (text, _) = kept(&format!("{}I'm in", "I'm in New Jersey. ".repeat(5)));
        assert_eq!(text, "I'm in New Jersey.");
    }

    #[test]
    fn saying_no_five_times_is_kept() {
        let said = "No, no, no, no, no, I would never do that.";
        assert_eq!(kept(said), (said.to_owned(), vec![]));
    }

    #[test]
    fn saying_a_sentence_twice_is_kept() {
        let said = "I can't sleep. I can't sleep. It started in May.";
        assert_eq!(kept(said), (said.to_owned(), vec![]));
    }

    #[test]
    fn a_loop_across_spans_is_cut() {
        let spans = (0..8).map(|_| heard("I was scared to ask.", 0.1, 0.9)).collect();
        let (spans, dropped) = cut(spans);
        assert_eq!(spans.len(), 1);
        assert_eq!(dropped.len(), 7);
    }

    #[test]
    fn a_closing_phrase_over_silence_is_dropped_and_over_speech_is_kept() {
        let (spans, dropped) = cut(vec![heard("Thanks for watching!", 0.7, 0.8)]);
        assert!(spans.is_empty());
        assert_eq!(dropped[0].reason, Reason::StockPhrase);
        let (spans, dropped) = cut(vec![heard("Thank you.", 0.05, 0.8)]);
        assert_eq!((spans.len(), dropped.len()), (1, 0));
    }

    #[test]
    fn thanks_stretched_over_music_are_dropped_and_thanks_that_were_said_are_kept() {
        let at = |text: &str, start_ms, end_ms| {
            let mut heard = heard(text, 0.1, 0.8);
            (heard.span.start_ms, heard.span.end_ms) = (start_ms, end_ms);
            heard
        };
        let music = [at("you", 2_000, 3_740), at("Thank you.", 3_740, 13_740), at("Bye.", 13_740, 17_000)];
        let (spans, dropped) = cut(music.into());
        assert!(spans.is_empty());
        assert_eq!(dropped, [Dropped { start_ms: 2_000, end_ms: 17_000, reason: Reason::StockPhrase }]);
        let talk =
            [at("See you on Tuesday.", 0, 1_500), at("Thank you.", 1_500, 3_500), at("Bye.", 3_500, 5_000)];
        let (spans, dropped) = cut(talk.into());
        assert_eq!((spans.len(), dropped.len()), (3, 0));
    }

    #[test]
    fn sounds_in_brackets_are_not_text() {
        let (spans, dropped) = cut(vec![heard("[BLANK_AUDIO]", 0.1, 0.9), heard("(sighs)", 0.1, 0.9)]);
        assert_eq!((spans.len(), dropped.len()), (0, 2));
    }
}
