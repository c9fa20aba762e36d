//! Whose turn it is in a recording with a voice on each channel; and that nothing is claimed of other recordings.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "not every sound is stereo")]
mod sounds;

use std::io::Cursor;
use std::ops::ControlFlow;

use audio::{ChannelTurn, Limits, VoiceActivity, decode};
use sounds::{apart, excerpt, louder, mixed, stereo, white};

fn turns(file: Vec<u8>) -> Vec<ChannelTurn> {
    let mut voice = VoiceActivity::new();
    let decoded = decode(Cursor::new(file), &Limits::default(), &mut |chunk| {
        voice.push(chunk.samples);
        ControlFlow::Continue(())
    });
    let decoded = decoded.expect("it decodes");
    let activity = voice.finish();
    decoded.differences.map_or(Vec::new(), |differences| differences.turns(&activity))
}

/// When the client of the excerpt speaks, by its table of turns.
const CLIENT: [(u64, u64); 3] = [(4_882, 10_856), (21_208, 24_609), (31_348, 34_297)];

#[test]
fn a_voice_on_each_channel_is_told_by_its_channel() {
    // Each is heard by the other's microphone too, 14 dB softer, and both microphones have noise of their own.
    let (therapist, client) = apart();
    let noise = |dbfs| white(therapist.len(), dbfs);
    let first = mixed(&mixed(&therapist, &louder(&client, -14.0)), &noise(-60.0));
    let second = mixed(&mixed(&client, &louder(&therapist, -14.0)), &noise(-58.0));
    let turns = turns(stereo(&first, &second));
    assert!(turns.windows(2).all(|pair| pair[0].span.end_ms <= pair[1].span.start_ms), "{turns:?}");
    assert_eq!(turns.first().map(|turn| turn.channel), Some(0));
    let of_client = |at: u64| CLIENT.iter().any(|(start, end)| (*start..*end).contains(&at));
    let (mut right, mut wrong) = (0, 0);
    for turn in &turns {
        for at in (turn.span.start_ms..turn.span.end_ms).step_by(10) {
            if of_client(at) == (turn.channel == 1) { right += 1 } else { wrong += 1 }
        }
    }
    // What the voice activity adds before and behind words lies between turns.
    assert!(wrong * 20 < right, "{wrong} wrong of {}", wrong + right);
}

#[test]
fn nothing_is_claimed_of_a_recorder_with_two_microphones_or_of_a_copy() {
    let speech = excerpt();
    let (therapist, client) = apart();
    // People at either side of one recorder: six decibels between its microphones.
    let first = mixed(&therapist, &louder(&client, -6.0));
    let second = mixed(&client, &louder(&therapist, -6.0));
    assert_eq!(turns(stereo(&first, &second)), []);
    // The same sound on both, on one alone, and on the other softly.
    assert_eq!(turns(stereo(&speech, &speech)), []);
    assert_eq!(turns(stereo(&speech, &vec![0; speech.len()])), []);
    assert_eq!(turns(stereo(&louder(&speech, -20.0), &speech)), []);
}
