//! Recordings in which each of two people has a channel of their own: whose turn it is, told by which is louder.
use crate::{Activity, Levels, Span};

/// On the channel of who speaks they are louder by so much than on the other. Two microphones of one recorder differ by less,
/// wherever people sit.
const LOUDER_DB: i8 = 10;
const QUIETER_DB: i8 = -LOUDER_DB;
/// So many of a hundred frames in which somebody speaks have to be as clear as that. The rest is both at once, or a breath.
const CLEAR_PERCENT: usize = 80;
/// Each has to speak for so long, in frames of 16 ms (two seconds), or a channel is just a worse copy of the other.
const LEAST_FRAMES: usize = 125;
/// Frames so far below the loud ones, in decibels, are between words.
const BETWEEN_WORDS_DB: u8 = 25;
/// Frames on either side of one that say whose turn it is there (a quarter of a second).
const AROUND: usize = 15;
/// Samples per frame, as those of the voice activity.
const FRAME: usize = 256;

/// A stretch of speech and on which of two channels it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelTurn {
    /// From when to when.
    pub span: Span,
    /// 0 or 1, in order of first appearance.
    pub channel: u8,
}

/// By how much the first of two channels is louder, in decibels, one value for each 16 ms: 225 kB an hour.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelDifferences {
    frames: Vec<i8>,
    /// Of the frame that is not whole yet.
    powers: [f64; 2],
    samples: usize,
}

impl ChannelDifferences {
    /// Adds half the sum and half the difference of the two channels, each of as many samples.
    pub(crate) fn push(&mut self, sum: &[i16], difference: &[i16]) {
        for (&sum, &difference) in sum.iter().zip(difference) {
            let (sum, difference) = (f64::from(sum), f64::from(difference));
            self.powers[0] += (sum + difference).powi(2);
            self.powers[1] += (sum - difference).powi(2);
            self.samples += 1;
            if self.samples == FRAME {
                // One bit of either channel keeps silence from being infinitely far from silence.
                let [first, second] = self.powers.map(|power| 10.0 * (power / FRAME as f64 + 1.0).log10());
                self.frames.push((first - second) as i8);
                (self.powers, self.samples) = ([0.0; 2], 0);
            }
        }
    }

    /// Whose turn it is, in order of time; nothing if the channels do not carry a voice each.
    pub fn turns(&self, activity: &Activity) -> Vec<ChannelTurn> {
        let sides = self.sides(&activity.levels);
        if !sides.carry_a_voice_each(&activity.spans) {
            return Vec::new();
        }
        let mut turns: Vec<(Span, Side)> = Vec::new();
        for span in &activity.spans {
            let begun = turns.len();
            for (frame, side) in sides.of_span(span, turns.last().map(|(_, side)| *side)) {
                let end_ms = Span::frame_end(frame).min(span.end_ms);
                match turns[begun..].last_mut() {
                    Some((turn, of)) if *of == side => turn.end_ms = end_ms,
                    last => {
                        let start_ms = last.map_or(span.start_ms, |(turn, _)| turn.end_ms);
                        turns.push((Span { start_ms, end_ms }, side));
                    }
                }
            }
        }
        let first = turns.first().map(|(_, side)| *side);
        let turn = |(span, side)| ChannelTurn { span, channel: u8::from(Some(side) != first) };
        turns.into_iter().map(turn).collect()
    }

    fn sides(&self, levels: &Levels) -> Sides {
        let threshold = levels.loud().saturating_sub(BETWEEN_WORDS_DB);
        let side = |(frame, &difference): (usize, &i8)| match difference {
            _ if levels.at(frame) < threshold => Heard::Pause,
            LOUDER_DB.. => Heard::On(Side::First),
            ..=QUIETER_DB => Heard::On(Side::Second),
            _ => Heard::Unclear,
        };
        Sides(self.frames.iter().enumerate().map(side).collect())
    }
}

/// The channel on which somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Second,
}

/// What is heard in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Nothing: it is between words.
    Pause,
    /// Somebody, on neither channel clearly louder.
    Unclear,
    On(Side),
}

/// What is heard in each frame.
struct Sides(Vec<Heard>);

impl Sides {
    fn carry_a_voice_each(&self, spans: &[Span]) -> bool {
        let heard = || spans.iter().flat_map(Span::frames).filter_map(|frame| self.0.get(frame));
        let count = |wanted| heard().filter(|heard| **heard == wanted).count();
        let (first, second) = (count(Heard::On(Side::First)), count(Heard::On(Side::Second)));
        let clear = first + second;
        clear * 100 >= (clear + count(Heard::Unclear)) * CLEAR_PERCENT && first.min(second) >= LEAST_FRAMES
    }

    /// Whose turn it is in each frame of a span: that of most frames around it, or else it goes on as it was.
    fn of_span(&self, span: &Span, before: Option<Side>) -> impl Iterator<Item = (usize, Side)> {
        let frames = span.frames();
        let most = move |frame: usize| {
            let around = frame.saturating_sub(AROUND).max(frames.start)..(frame + AROUND + 1).min(frames.end);
            let vote = |frame| match self.0.get(frame) {
                Some(Heard::On(Side::First)) => 1,
                Some(Heard::On(Side::Second)) => -1,
                _ => 0,
            };
            match around.map(vote).sum::<i32>() {
                1.. => Some(Side::First),
                ..=-1 => Some(Side::Second),
                0 => None,
            }
        };
        let mut now = span.frames().find_map(&most).or(before);
        span.frames().filter_map(move |frame| {
            now = most(frame).or(now);
            Some((frame, now?))
        })
    }
}
