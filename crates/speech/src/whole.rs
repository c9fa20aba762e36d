//! The words of transcription of a whole recording: it goes elsewhere, is heard there, and is removed there.

use std::{fmt, io, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::{
    system::SystemDescription,
    transcriber::{PieceText, SAMPLE_RATE, TranscribeError},
};

/// Opens the samples of a recording from their beginning: 16 kHz, one channel, 16 bit, little-endian.
pub type OpenSound = Box<dyn Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync>;

/// A recording as it goes elsewhere.
pub struct WholeRecording {
    /// Opens it anew for every try.
    pub open: OpenSound,
    /// Bytes of it.
    pub bytes: u64,
    /// ISO 639-1.
    pub language: String,
    /// How many people are known to be in the session. There may be more.
    pub people: u8,
}

impl WholeRecording {
    /// Length in milliseconds.
    pub fn milliseconds(&self) -> u64 {
        self.bytes / 2 * 1000 / u64::from(SAMPLE_RATE)
    }
}

impl fmt::Debug for WholeRecording {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WholeRecording({} bytes)", self.bytes)
    }
}

/// Something elsewhere that hears whole recordings and tells voices apart. Every step is a request of its own, so that
/// whoever asks can write down how far it is: a recording is never left there because a process was gone.
#[async_trait]
pub trait RecordingTranscriber: Send + Sync {
    /// Who it is, for the register of systems.
    fn system(&self) -> SystemDescription;

    /// Brings the sound there; says what it is called there.
    async fn bring(&self, recording: &WholeRecording) -> Result<String, TranscribeError>;

    /// Has a sound heard that was brought there; says what the work is called there.
    async fn order(&self, sound: &str, recording: &WholeRecording) -> Result<String, TranscribeError>;

    /// What was said, with times from the start of the recording and voices; `None` while it is being heard.
    async fn answer(&self, work: &str) -> Result<Option<PieceText>, TranscribeError>;

    /// How long to wait before asking for the answer again.
    fn pause(&self) -> Duration;

    /// What the work on a sound is called, if any was ordered: for one who ordered it and was gone before the answer.
    async fn find(&self, sound: &str) -> Result<Option<String>, TranscribeError>;

    /// Has the sound and the text removed there. What is not there any more is removed.
    async fn remove(&self, work: &str) -> Result<(), TranscribeError>;
}

/// Divides a text among the pieces of its recording, given by where they start and end, in order: each span goes to the piece
/// that most of it is in, or is nearest, with times from the start of that piece. Nothing is lost or doubled.
pub fn into_pieces(text: PieceText, pieces: &[(u64, u64)]) -> Vec<PieceText> {
    let mut divided = vec![PieceText::default(); pieces.len()];
    if pieces.is_empty() {
        return divided;
    }
    for mut span in text.segments {
        let (piece, start) = home(span.start_ms, span.end_ms, pieces);
        span.move_to(start);
        divided[piece].segments.push(span);
    }
    for mut dropped in text.dropped {
        let (piece, start) = home(dropped.start_ms, dropped.end_ms, pieces);
        dropped.start_ms = dropped.start_ms.saturating_sub(start);
        dropped.end_ms = dropped.end_ms.saturating_sub(start);
        divided[piece].dropped.push(dropped);
    }
    divided
}

fn home(start_ms: u64, end_ms: u64, pieces: &[(u64, u64)]) -> (usize, u64) {
    let middle = start_ms + end_ms.saturating_sub(start_ms) / 2;
    let after = pieces.partition_point(|(start, _)| *start <= middle);
    let before = after.saturating_sub(1);
    let next = after.min(pieces.len() - 1);
    let to_next = pieces[next].0.saturating_sub(middle);
    let nearer_next = middle.saturating_sub(pieces[before].1) > to_next;
    let piece = if nearer_next { next } else { before };
    (piece, pieces[piece].0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transcriber::TextSpan;

    fn span(start_ms: u64, end_ms: u64) -> TextSpan {
        let (confidence, words, voice) = (1.0, Vec::new(), None);
        TextSpan { start_ms, end_ms, text: start_ms.to_string(), confidence, words, voice }
    }

    #[test]
    fn a_span_goes_to_the_piece_that_it_is_in_or_nearest() {
        let text = PieceText {
            segments: [(0, 900), (4_000, 6_000), (9_000, 12_000), (40_000, 41_000)]
                .map(|(start, end)| span(start, end))
                .into(),
            dropped: Vec::new(),
        };
        let divided = into_pieces(text, &[(500, 5_200), (10_000, 20_000)]);
        let times = |piece: &PieceText| {
            piece.segments.iter().map(|span| (span.start_ms, span.end_ms)).collect::<Vec<_>>()
        };
        assert_eq!(times(&divided[0]), [(0, 400), (3_500, 5_500)]);
        assert_eq!(times(&divided[1]), [(0, 2_000), (30_000, 31_000)]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_order_stays(
            lengths in proptest::collection::vec((0..3_000_u64, 1..30_000_u64), 1..8),
            times in proptest::collection::vec((0..90_000_u64, 0..5_000_u64), 0..20),
        ) {
            let mut pieces = Vec::new();
            let mut at = 0;
            for (pause, length) in lengths {
                pieces.push((at + pause, at + pause + length));
                at += pause + length;
            }
            let mut spans: Vec<_> = times.iter().map(|(start, length)| span(*start, start + length)).collect();
            spans.sort_by_key(|span| span.start_ms + span.end_ms);
            let texts: Vec<_> = spans.iter().map(|span| span.text.clone()).collect();
            let divided = into_pieces(PieceText { segments: spans, dropped: Vec::new() }, &pieces);
            let again: Vec<_> = divided.iter().flat_map(|piece| &piece.segments).map(|span| span.text.clone()).collect();
            prop_assert_eq!(again, texts);
        }
    }
}
