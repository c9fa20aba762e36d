//! What is measured of sound that is good, noisy, clipped, soft, from a telephone, no speech at all, and three hours long.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "stereo is for another claim")]
mod sounds;

use std::io::{Cursor, Read, Result, Seek, SeekFrom};
use std::ops::ControlFlow;

use audio::{Activity, Decoded, Limits, Quality, QualityMeter, VoiceActivity, decode, speech_ms};
use sounds::{chords, excerpt, louder, mixed, pink, telephone, white};

fn header(bytes: u32) -> Vec<u8> {
    let mut header = Vec::with_capacity(44);
    header.extend(b"RIFF");
    header.extend((36 + bytes).to_le_bytes());
    header.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    header.extend(16_000_u32.to_le_bytes());
    header.extend(32_000_u32.to_le_bytes());
    header.extend(b"\x02\0\x10\0data");
    header.extend(bytes.to_le_bytes());
    header
}

fn heard(file: impl Read + Seek + Send + 'static) -> (Decoded, Activity, Option<Quality>) {
    let (mut voice, mut meter) = (VoiceActivity::new(), QualityMeter::new());
    let decoded = decode(file, &Limits::default(), &mut |chunk| {
        voice.push(chunk.samples);
        meter.push(chunk.samples);
        ControlFlow::Continue(())
    });
    let (decoded, activity) = (decoded.expect("it decodes"), voice.finish());
    let quality = meter.finish(&decoded, &activity);
    (decoded, activity, quality)
}

fn quality(samples: &[i16]) -> Option<Quality> {
    let mut file = header(samples.len() as u32 * 2);
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    heard(Cursor::new(file)).2
}

fn of_speech(samples: &[i16]) -> Quality {
    quality(samples).expect("speech is found")
}

#[test]
fn speech_has_its_level_its_distance_from_the_room_and_its_band() {
    let speech = excerpt();
    let clean = of_speech(&speech);
    assert!((-29..=-25).contains(&clean.speech_dbfs) && clean.over_noise_db > 30, "{clean:?}");
    assert_eq!(clean.clipped_ppm, 0);
    assert!(clean.bandwidth_hz >= 7_000, "{clean:?}");
    // Softer by 20 dB, everything but the level is as it was.
    let soft = of_speech(&louder(&speech, -20.0));
    assert!((clean.speech_dbfs - soft.speech_dbfs - 20).abs() <= 1, "{soft:?}");
    assert!((clean.over_noise_db - soft.over_noise_db).abs() <= 4 && soft.bandwidth_hz >= 7_000, "{soft:?}");
}

#[test]
fn the_distance_from_the_room_falls_as_its_noise_rises() {
    let speech = excerpt();
    for noise in [pink, white] {
        let distances = [-60.0, -50.0, -40.0, -30.0]
            .map(|dbfs| of_speech(&mixed(&speech, &noise(speech.len(), dbfs))).over_noise_db);
        assert!(distances.is_sorted_by(|more, less| more > less), "{distances:?}");
        // The speech is at -27: within 4 dB of what was put in.
        assert!((20..=27).contains(&distances[1]) && (10..=17).contains(&distances[2]), "{distances:?}");
    }
}

#[test]
fn what_is_cut_off_at_full_scale_is_counted() {
    let speech = excerpt();
    let clipped = [12.0, 18.0, 24.0, 30.0].map(|db| of_speech(&louder(&speech, db)).clipped_ppm);
    assert!(clipped.is_sorted_by(|less, more| less < more), "{clipped:?}");
    assert!(clipped[0] < 1_000 && clipped[2] > 100_000, "{clipped:?}");
}

#[test]
fn a_telephone_is_told_by_its_band() {
    let narrow = of_speech(&telephone(&excerpt()));
    assert!((3_250..=3_750).contains(&narrow.bandwidth_hz), "{narrow:?}");
    // Eight thousand samples a second have nothing above half of that either.
    let file = include_bytes!("fixtures/mulaw_stereo.wav");
    let narrow = heard(Cursor::new(file.as_slice())).2.expect("speech");
    assert!(narrow.bandwidth_hz <= 4_000, "{narrow:?}");
}

#[test]
fn silence_and_noise_are_no_speech_of_any_quality() {
    let seconds = 15 * 16_000;
    assert_eq!(quality(&vec![0; seconds]), None);
    for dbfs in [-60.0, -40.0, -20.0] {
        assert_eq!(quality(&pink(seconds, dbfs)), None, "pink noise of {dbfs} dB");
        assert_eq!(quality(&white(seconds, dbfs)), None, "white noise of {dbfs} dB");
    }
}

/// Detectors of voices take music for speech; that no words come of it is for `speech` to see to.
#[test]
fn music_may_pass_for_speech_but_not_for_a_clear_recording_of_it() {
    let music = quality(&chords(15 * 16_000, -30.0));
    assert!(music.is_none_or(|it| it.over_noise_db < 18), "{music:?}");
}

/// The role-play with a pause of five seconds, over and over, made while it is read.
struct Endless {
    header: Vec<u8>,
    unit: Vec<u8>,
    length: u64,
    position: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let many = buffer.len().min(usize::try_from(self.length - self.position).unwrap_or(usize::MAX));
        for byte in &mut buffer[..many] {
            let at = self.position as usize;
            let in_unit = |at: usize| self.unit[at % self.unit.len()];
            *byte = self.header.get(at).copied().unwrap_or_else(|| in_unit(at - self.header.len()));
            self.position += 1;
        }
        Ok(many)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.position = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(offset) => self.length.saturating_add_signed(offset),
            SeekFrom::Current(offset) => self.position.saturating_add_signed(offset),
        };
        Ok(self.position)
    }
}

/// Highest memory of this process so far, in MB, where the system tells (Linux: proc(5)).
fn highest_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

#[test]
fn three_hours_are_heard_in_little_memory() {
    let mut unit = excerpt();
    unit.resize(unit.len() + 5 * 16_000, 0);
    let unit: Vec<u8> = unit.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let bytes = 3 * 3_600 * 32_000;
    let file = Endless { header: header(bytes), unit, length: u64::from(bytes) + 44, position: 0 };
    let before = highest_memory();
    let (decoded, activity, quality) = heard(file);
    assert_eq!(decoded.duration_ms, 3 * 3_600_000);
    let speech = speech_ms(&activity.spans);
    assert!((8_000_000..9_500_000).contains(&speech), "{speech} ms of speech");
    assert!(quality.is_some_and(|it| it.clipped_ppm == 0 && it.bandwidth_hz >= 7_000), "{quality:?}");
    if let (Some(before), Some(after)) = (before, highest_memory()) {
        // The sound would be 345 MB; five bytes for each 16 ms are 3.4, and half as much again where a list grows.
        assert!(after - before < 24, "{before} MB before, {after} MB after");
    }
}

#[test]
fn what_is_heard_does_not_depend_on_how_the_sound_arrives() {
    let sound = mixed(&excerpt(), &white(35 * 16_000, -30.0));
    let spans = |chunk: usize| {
        let mut voice = VoiceActivity::new();
        sound.chunks(chunk).for_each(|part| voice.push(part));
        voice.finish().spans
    };
    let whole = spans(sound.len());
    for chunk in [7, 333, 16_000, 100_001] {
        assert_eq!(spans(chunk), whole, "in chunks of {chunk}");
    }
}
