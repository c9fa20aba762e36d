//! What such a service answers. Every field may be missing: each server leaves out others.

use serde::Deserialize;

use crate::{
    cut::{Heard, cut},
    transcriber::{PieceText, TextSpan, Word},
};

/// What is assumed where a service does not say how sure it is.
const HALF_SURE: f32 = 0.5;

#[derive(Deserialize)]
struct Answer {
    text: Option<String>,
    #[serde(default)]
    segments: Vec<Segment>,
    /// Where OpenAI and speaches have them.
    #[serde(default)]
    words: Vec<Timed>,
}

#[derive(Deserialize)]
struct Segment {
    start: Option<f64>,
    end: Option<f64>,
    #[serde(default)]
    text: String,
    avg_logprob: Option<f32>,
    no_speech_prob: Option<f32>,
    /// Where whisper.cpp has them: tokens, of which one that begins with a space begins a word.
    #[serde(default)]
    words: Vec<Timed>,
}

#[derive(Deserialize, Clone)]
struct Timed {
    #[serde(alias = "text")]
    word: String,
    start: f64,
    end: f64,
    probability: Option<f32>,
}

/// The text of a piece of that length; `None` if the answer is another: some services answer an error with status 200.
pub(super) fn read(answer: &[u8], length_ms: u64) -> Option<PieceText> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    let whole = answer.text?;
    let mut segments = answer.segments;
    if segments.is_empty() {
        let all = Segment {
            start: None,
            end: None,
            text: whole,
            avg_logprob: None,
            no_speech_prob: None,
            words: Vec::new(),
        };
        segments.push(all);
    }
    let mut words = answer.words.into_iter().peekable();
    let last = segments.len() - 1;
    let mut heard = Vec::with_capacity(segments.len());
    for (index, mut segment) in segments.into_iter().enumerate() {
        let end = segment.end.unwrap_or(f64::INFINITY);
        while let Some(word) = words.next_if(|word| index == last || word.start < end) {
            segment.words.push(word);
        }
        heard.push(span(&segment, length_ms));
    }
    let (segments, dropped) = cut(heard);
    Some(PieceText { segments, dropped })
}

fn span(segment: &Segment, length_ms: u64) -> Heard {
    let tokens = joined(&segment.words);
    let said: Vec<&str> = segment.text.split_whitespace().collect();
    // Times without punctuation belong to the words of the text if they are the same words; otherwise to nothing.
    let same = tokens.len() == said.len()
        && tokens.iter().zip(&said).all(|(token, said)| plain(&token.word) == plain(said));
    let words: Vec<Word> = if same {
        let timed = tokens.iter().zip(&said).map(|(token, said)| Word {
            start_ms: milliseconds(token.start, length_ms),
            end_ms: milliseconds(token.end.max(token.start), length_ms),
            text: (*said).to_owned(),
            confidence: token.probability.unwrap_or(HALF_SURE).clamp(0.0, 1.0),
        });
        timed.collect()
    } else {
        Vec::new()
    };
    let start_ms = segment.start.map_or(0, |seconds| milliseconds(seconds, length_ms));
    let end_ms = segment.end.map_or(length_ms, |seconds| milliseconds(seconds, length_ms)).max(start_ms);
    let probabilities: Vec<f32> = tokens.iter().filter_map(|token| token.probability).collect();
    let confidence = match segment.avg_logprob {
        Some(logarithm) => logarithm.exp(),
        None if probabilities.is_empty() => HALF_SURE,
        None => probabilities.iter().sum::<f32>() / probabilities.len() as f32,
    };
    let span = TextSpan {
        start_ms,
        end_ms,
        text: said.join(" "),
        confidence: confidence.clamp(0.0, 1.0),
        words,
        voice: None,
    };
    Heard { span, no_speech: segment.no_speech_prob.unwrap_or(0.0), marked_end_ms: Some(end_ms) }
}

/// Tokens as words, where they are tokens: some of them begin with a space, and others do not.
fn joined(tokens: &[Timed]) -> Vec<Timed> {
    let spaced = tokens.iter().any(|token| token.word.starts_with(' '));
    let mut words: Vec<Timed> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match words.last_mut() {
            Some(word) if spaced && !token.word.starts_with(' ') => {
                word.word.push_str(&token.word);
                word.end = token.end;
                let both = word.probability.zip(token.probability);
                word.probability = both.map(|(one, other)| one.min(other));
            }
            _ => words.push(token.clone()),
        }
    }
    words.retain(|word| !word.word.trim().is_empty());
    words
}

fn plain(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Seconds of a service, which may lie outside the piece, as milliseconds within it.
fn milliseconds(seconds: f64, length_ms: u64) -> u64 {
    let milliseconds = (seconds * 1000.0).round().clamp(0.0, length_ms as f64);
    if milliseconds.is_finite() { milliseconds as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &PieceText) -> Vec<&str> {
        text.segments.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn words_at_the_top_keep_the_punctuation_of_the_text() {
        let answer = br#"{"task":"transcribe","language":"english","duration":"3.1","text":" And so, my friend. Yes.",
            "segments":[{"id":0,"start":0.0,"end":2.0,"text":" And so, my friend.","avg_logprob":-0.1,"no_speech_prob":0.01},
                        {"id":1,"start":2.0,"end":3.1,"text":" Yes.","avg_logprob":-0.2}],
            "words":[{"word":"And","start":0.1,"end":0.4},{"word":"so","start":0.4,"end":0.6},{"word":"my","start":0.9,"end":1.0},
                     {"word":"friend","start":1.0,"end":1.5},{"word":"Yes","start":2.2,"end":2.9}]}"#;
        let text = read(answer, 3_000).expect("an answer");
        assert_eq!(texts(&text), ["And so, my friend.", "Yes."]);
        let words = &text.segments[0].words;
        assert_eq!((words[1].text.as_str(), words[1].start_ms, words[1].end_ms), ("so,", 400, 600));
        assert_eq!((text.segments[1].end_ms, text.segments[1].words.len()), (3_000, 1), "not after its end");
        assert!((text.segments[0].confidence - 0.904_84).abs() < 0.001);
    }

    #[test]
    fn tokens_of_whisper_cpp_become_words() {
        let answer = br#"{"text":" I'm unhappy.","segments":[{"start":0.0,"end":1.5,"text":" I'm unhappy.","words":[
            {"word":" I","start":0.1,"end":0.2,"t_dtw":-1,"probability":0.9},{"word":"'m","start":0.2,"end":0.3,"probability":0.8},
            {"word":" un","start":0.5,"end":0.7,"probability":0.7},{"word":"happy","start":0.7,"end":1.2,"probability":0.95},
            {"word":".","start":1.2,"end":1.3,"probability":0.99}]}]}"#;
        let text = read(answer, 2_000).expect("an answer");
        let words: Vec<_> =
            text.segments[0].words.iter().map(|word| (word.text.as_str(), word.end_ms)).collect();
        assert_eq!(words, [("I'm", 300), ("unhappy.", 1_300)]);
    }

    #[test]
    fn text_alone_is_one_span_without_times_of_words_and_no_more_than_half_sure() {
        let text = read(br#"{"text":"Only text."}"#, 2_500).expect("an answer");
        let span = &text.segments[0];
        assert_eq!((span.start_ms, span.end_ms, span.words.len()), (0, 2_500, 0));
        assert!((span.confidence - HALF_SURE).abs() < f32::EPSILON);
        assert_eq!(read(br#"{"text":""}"#, 2_500).expect("an answer").segments, []);
    }

    #[test]
    fn what_such_models_say_over_silence_is_dropped_here_too() {
        let answer = br#"{"text":" Thank you for watching.","segments":[
            {"start":0.0,"end":2.0,"text":" Thank you for watching.","avg_logprob":-0.3,"no_speech_prob":0.7}]}"#;
        let text = read(answer, 2_000).expect("an answer");
        assert_eq!((text.segments.len(), text.dropped.len()), (0, 1));
    }

    #[test]
    fn an_error_with_status_200_is_no_silence() {
        assert_eq!(read(br#"{"error":"failed to process audio"}"#, 1_000), None);
        assert_eq!(read(b"<html>", 1_000), None);
    }

    proptest! {
        #[test]
        fn whatever_a_service_sends_times_stay_within_the_piece_and_in_order(
            times in proptest::collection::vec((-10.0..100.0_f64, -10.0..100.0_f64), 0..8),
            length in 1..30_000_u64,
        ) {
            let segments: Vec<_> = times.iter().map(|(start, end)| serde_json::json!({
                "start": start, "end": end, "text": " one two",
                "words": [{"word": " one", "start": start, "end": end}, {"word": " two", "start": end, "end": start}],
            })).collect();
            let answer = serde_json::json!({ "text": "x", "segments": segments });
            let text = read(answer.to_string().as_bytes(), length).expect("an answer");
            for span in &text.segments {
                prop_assert!(span.start_ms <= span.end_ms && span.end_ms <= length);
                for word in &span.words {
                    prop_assert!(word.start_ms <= word.end_ms && word.end_ms <= length);
                }
            }
        }

        #[test]
        fn no_answer_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, 1_000);
        }
    }
}
