//! What AssemblyAI has heard. Words carry their times and voices; sentences are made of them here, because what it calls an
//! utterance may be minutes long.

use remote::ServiceError;
use serde::Deserialize;

use crate::{
    cut::{Heard, cut},
    transcriber::{PieceText, TextSpan, TranscribeError, Word},
};

#[derive(Deserialize)]
struct Answer {
    status: Status,
    words: Option<Vec<Timed>>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Queued,
    Processing,
    Completed,
    Error,
}

#[derive(Deserialize)]
struct Timed {
    text: String,
    start: i64,
    end: i64,
    confidence: Option<f32>,
    speaker: Option<String>,
}

/// What was said; `None` while it is being heard. What it says about a failure may quote what it was sent, and is not kept.
pub(super) fn read(answer: &[u8]) -> Result<Option<PieceText>, TranscribeError> {
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|_another| TranscribeError::from(ServiceError::Malformed))?;
    match answer.status {
        Status::Queued | Status::Processing => Ok(None),
        Status::Error => Err(TranscribeError::Engine("the service could not hear the recording".to_owned())),
        Status::Completed => {
            let heard = sentences(answer.words.unwrap_or_default());
            let heard = heard.into_iter().map(|span| {
                let marked_end_ms = Some(span.end_ms);
                Heard { span, no_speech: 0.0, marked_end_ms }
            });
            let (segments, dropped) = cut(heard.collect());
            Ok(Some(PieceText { segments, dropped }))
        }
    }
}

/// The words as sentences, each of one voice.
fn sentences(words: Vec<Timed>) -> Vec<TextSpan> {
    let mut voices: Vec<String> = Vec::new();
    let mut spans: Vec<TextSpan> = Vec::new();
    let mut ended = true;
    for timed in words {
        let text = timed.text.trim();
        if text.is_empty() {
            continue;
        }
        let voice = timed.speaker.and_then(|speaker| number(&mut voices, speaker));
        let start_ms = u64::try_from(timed.start).unwrap_or(0);
        let word = Word {
            start_ms,
            end_ms: u64::try_from(timed.end).unwrap_or(0).max(start_ms),
            text: text.to_owned(),
            confidence: timed.confidence.unwrap_or(0.5).clamp(0.0, 1.0),
        };
        let ends = text.ends_with(['.', '?', '!', '…']);
        match spans.last_mut() {
            Some(span) if !ended && span.voice == voice => span.words.push(word),
            _ => spans.push(TextSpan {
                start_ms,
                end_ms: 0,
                text: String::new(),
                confidence: 0.0,
                words: vec![word],
                voice,
            }),
        }
        ended = ends;
    }
    for span in &mut spans {
        let logarithms: f32 = span.words.iter().map(|word| word.confidence.max(1e-6).ln()).sum();
        span.confidence = (logarithms / span.words.len() as f32).exp();
        span.text = span.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        span.end_ms = span.words.iter().map(|word| word.end_ms).max().unwrap_or(span.start_ms);
    }
    spans
}

/// Voices in the order in which they are first heard.
fn number(voices: &mut Vec<String>, speaker: String) -> Option<u8> {
    let place = voices.iter().position(|voice| *voice == speaker).unwrap_or_else(|| {
        voices.push(speaker);
        voices.len() - 1
    });
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_of_one_voice_and_keep_the_times_of_their_words() {
        let answer = br#"{"id":"5551722-f677","status":"completed","text":"How are you? Not well. I","audio_duration":12,
            "confidence":0.9,"utterances":[],"words":[
            {"text":"How","start":250,"end":400,"confidence":0.9,"speaker":"B","channel":null},
            {"text":"are","start":400,"end":500,"confidence":0.9,"speaker":"B"},
            {"text":"you?","start":500,"end":700,"confidence":0.9,"speaker":"B"},
            {"text":"Not","start":1250,"end":1400,"confidence":0.64,"speaker":"A"},
            {"text":"well.","start":1400,"end":1900,"confidence":1.0,"speaker":"A"},
            {"text":"I","start":2000,"end":2100,"confidence":0.9,"speaker":"A"}]}"#;
        let text = read(answer).expect("an answer").expect("it is done");
        let spans: Vec<_> = text
            .segments
            .iter()
            .map(|span| (span.voice, span.text.as_str(), span.start_ms, span.end_ms))
            .collect();
        assert_eq!(
            spans,
            [
                (Some(0), "How are you?", 250, 700),
                (Some(1), "Not well.", 1_250, 1_900),
                (Some(1), "I", 2_000, 2_100)
            ]
        );
        assert!((text.segments[1].confidence - 0.8).abs() < 0.001);
    }

    #[test]
    fn it_is_waited_for_and_a_failure_is_one() {
        assert_eq!(read(br#"{"id":"x","status":"queued"}"#).expect("an answer"), None);
        assert_eq!(read(br#"{"id":"x","status":"processing","words":null}"#).expect("an answer"), None);
        assert_eq!(
            read(br#"{"id":"x","status":"completed","text":null,"words":null}"#).expect("an answer"),
            Some(PieceText::default())
        );
        assert!(
            read(br#"{"id":"x","status":"error","error":"Download error: zebra"}"#)
                .is_err_and(|error| !error.to_string().contains("zebra"))
        );
        assert!(read(b"<html>").is_err());
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic_and_no_word_is_lost(
            words in proptest::collection::vec(("[a-z]{1,3}[.?]?", any::<i64>(), any::<i64>(), "[A-C]?"), 0..20),
        ) {
            let said: Vec<_> = words.iter().map(|(text, start, end, speaker)| serde_json::json!({
                "text": text, "start": start, "end": end, "speaker": speaker,
            })).collect();
            let answer = serde_json::json!({ "status": "completed", "words": said }).to_string();
            let spans = sentences(serde_json::from_value::<Vec<Timed>>(said.into()).expect("words"));
            let again: Vec<_> = spans.iter().flat_map(|span| span.words.iter().map(|word| word.text.clone())).collect();
            prop_assert_eq!(again, words.into_iter().map(|(text, ..)| text).collect::<Vec<_>>());
            prop_assert!(read(answer.as_bytes()).expect("an answer").is_some());
        }
    }
}
