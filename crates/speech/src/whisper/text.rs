//! From whisper.cpp's tokens to spans and words with their times.

use whisper_rs::{WhisperContext, WhisperSegment};

use crate::cut::Heard;
use crate::transcriber::{TextSpan, Word};

use super::levels::Levels;

/// Divides what was heard in a window at the time marks among its tokens. The window begins `offset_ms` into
/// the piece whose loudness is `levels`.
pub(super) fn heard(
    segment: &WhisperSegment<'_>,
    model: &WhisperContext,
    levels: &Levels,
    offset_ms: u64,
) -> Vec<Heard> {
    let (end_of_text, first_mark) = (model.token_eot(), model.token_beg());
    let no_speech = segment.no_speech_probability();
    let length_ms = levels.length_ms();
    let mut spans = Vec::new();
    let mut start_ms = offset_ms;
    let mut raws: Vec<Raw> = Vec::new();
    for token in (0..segment.n_tokens()).filter_map(|index| segment.get_token(index)) {
        let id = token.token_id();
        if id >= first_mark {
            let mark_ms = (offset_ms + u64::from((id - first_mark).unsigned_abs()) * 20).min(length_ms);
            if let Some(span) = span(std::mem::take(&mut raws), start_ms, mark_ms, levels) {
                spans.push(Heard { span, no_speech, marked_end_ms: Some(mark_ms) });
            }
            start_ms = mark_ms;
            continue;
        }
        let Ok(bytes) = token.to_bytes() else { continue };
        if id >= end_of_text {
            continue;
        }
        let logarithm = token.token_probability().max(1e-6).ln();
        match raws.last_mut() {
            // A token that begins with a space begins a word.
            Some(word) if !bytes.starts_with(b" ") => {
                word.bytes.extend(bytes);
                word.logarithms += logarithm;
                word.tokens += 1;
            }
            _ => raws.push(Raw { bytes: bytes.to_vec(), logarithms: logarithm, tokens: 1 }),
        }
    }
    if let Some(span) = span(raws, start_ms, length_ms, levels) {
        spans.push(Heard { span, no_speech, marked_end_ms: None });
    }
    spans
}

/// A word in bytes: a character of several bytes may be spread over tokens.
struct Raw {
    bytes: Vec<u8>,
    logarithms: f32,
    tokens: u16,
}

/// Whisper marks the times of sentences, not of words. The words are laid over the loud parts of their
/// sentence in proportion to their length, so that none lies in a pause.
fn span(raws: Vec<Raw>, start_ms: u64, end_ms: u64, levels: &Levels) -> Option<TextSpan> {
    let tokens: f32 = raws.iter().map(|raw| f32::from(raw.tokens)).sum();
    let logarithms: f32 = raws.iter().map(|raw| raw.logarithms).sum();
    let texts: Vec<(String, f32)> = raws
        .iter()
        .map(|raw| {
            let text = String::from_utf8_lossy(&raw.bytes).trim().to_owned();
            (text, (raw.logarithms / f32::from(raw.tokens)).exp())
        })
        .filter(|(text, _)| !text.is_empty())
        .collect();
    let loud = levels.loud(start_ms, end_ms.max(start_ms));
    let weight = |text: &str| text.chars().count() as u64 + 1;
    let total: u64 = texts.iter().map(|(text, _)| weight(text)).sum();
    let mut before = 0;
    let mut words: Vec<Word> = Vec::new();
    for (text, confidence) in texts {
        let count = loud.len() as u64;
        let (first, last) = (before * count / total, (before + weight(&text)) * count / total);
        before += weight(&text);
        let earliest = words.last().map_or(0, |word| word.end_ms);
        let own = one_side(loud.get(first as usize..(last.max(first + 1)) as usize).unwrap_or_default());
        let start_ms = own.first().copied().unwrap_or(end_ms).max(earliest);
        let end_ms = own.last().map_or(end_ms, |frame| frame + 20);
        words.push(Word { start_ms, end_ms: end_ms.max(start_ms), text, confidence });
    }
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let (start_ms, end_ms) = (words.first()?.start_ms, words.last()?.end_ms);
    Some(TextSpan { start_ms, end_ms, text, confidence: (logarithms / tokens).exp(), words, voice: None })
}

/// Nobody pauses inside a word: of frames on both sides of a pause, those of the longer side.
fn one_side(frames: &[u64]) -> &[u64] {
    let pause = frames.windows(2).position(|pair| pair[1] - pair[0] > 160);
    let (before, after) = frames.split_at(pause.map_or(frames.len(), |at| at + 1));
    if before.len() >= after.len() { before } else { after }
}
