//! Sound made for tests, 16 kHz: each the same every time.
use std::{f64::consts::TAU, fs::File, ops::ControlFlow, path::Path};

use audio::{Limits, decode};

/// The excerpt of the bundled role-play, 35 seconds of two voices.
pub fn excerpt() -> Vec<i16> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut files = folders.map(|it| it.join("assets/role-play/excerpt.ogg"));
    read(&files.find(|file| file.is_file()).expect("the role-play"))
}

/// The sound of a file.
pub fn read(path: &Path) -> Vec<i16> {
    let mut samples = Vec::new();
    let file = File::open(path).expect("a recording");
    let decoded = decode(file, &Limits::default(), &mut |chunk| {
        samples.extend_from_slice(chunk.samples);
        ControlFlow::Continue(())
    });
    decoded.expect("it decodes");
    samples
}

/// White noise of so many samples and this root mean square relative to full scale, in decibels.
pub fn white(samples: usize, dbfs: f64) -> Vec<i16> {
    let mut state = 1_u64;
    // Uniform between -1 and 1: its root mean square is 1/sqrt(3).
    let amplitude = 32_768.0 * 10_f64.powf(dbfs / 20.0) * 3_f64.sqrt();
    (0..samples)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (((state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0) * amplitude) as i16
        })
        .collect()
}

/// Pink noise: equal power in every octave (the filter of Paul Kellet, as in "DSP generation of pink noise").
pub fn pink(samples: usize, dbfs: f64) -> Vec<i16> {
    let mut held = [0.0_f64; 3];
    let raw: Vec<f64> = white(samples, -20.0)
        .into_iter()
        .map(|sample| {
            let white = f64::from(sample);
            for (value, (keep, gain)) in
                held.iter_mut().zip([(0.99765, 0.0990460), (0.96300, 0.2965164), (0.57000, 1.0526913)])
            {
                *value = keep * *value + gain * white;
            }
            held.iter().sum::<f64>() + 0.1848 * white
        })
        .collect();
    at_level(&raw, dbfs)
}

fn at_level(raw: &[f64], dbfs: f64) -> Vec<i16> {
    let square = raw.iter().map(|value| value * value).sum::<f64>() / raw.len().max(1) as f64;
    let gain = 32_768.0 * 10_f64.powf(dbfs / 20.0) / square.sqrt().max(1e-9);
    raw.iter().map(|value| (value * gain) as i16).collect()
}

/// Something like music: chords of four notes with overtones, a new one every half second, struck and dying away.
pub fn chords(samples: usize, dbfs: f64) -> Vec<i16> {
    const CHORDS: [[f64; 4]; 4] = [
        [130.81, 261.63, 329.63, 392.00],
        [110.00, 220.00, 261.63, 329.63],
        [87.31, 174.61, 220.00, 261.63],
        [98.00, 196.00, 246.94, 293.66],
    ];
    let raw: Vec<f64> = (0..samples)
        .map(|at| {
            let seconds = at as f64 / 16_000.0;
            let chord = &CHORDS[at / 8_000 % CHORDS.len()];
            let since = seconds % 0.5;
            let note = |hertz: &f64| -> f64 {
                (1..=6)
                    .map(|over| (TAU * hertz * f64::from(over) * seconds).sin() / f64::from(over * over))
                    .sum()
            };
            chord.iter().map(note).sum::<f64>() * (-3.0 * since).exp() * (since * 200.0).min(1.0)
        })
        .collect();
    at_level(&raw, dbfs)
}

/// The sum of two sounds, as long as the longer.
pub fn mixed(one: &[i16], other: &[i16]) -> Vec<i16> {
    let at = |sound: &[i16], index: usize| sound.get(index).copied().unwrap_or(0);
    (0..one.len().max(other.len())).map(|index| at(one, index).saturating_add(at(other, index))).collect()
}

/// Louder or softer by so many decibels; what does not fit is clipped.
pub fn louder(sound: &[i16], db: f64) -> Vec<i16> {
    let gain = 10_f64.powf(db / 20.0);
    sound.iter().map(|sample| (f64::from(*sample) * gain) as i16).collect()
}

/// What a telephone lets through, 300 to 3400 Hz (ITU-T G.712): a windowed sinc of 255 taps.
pub fn telephone(sound: &[i16]) -> Vec<i16> {
    const HALF: i32 = 127;
    let taps: Vec<f64> = (-HALF..=HALF)
        .map(|tap| {
            let pass = |hertz: f64| {
                let cycles = hertz / 16_000.0;
                if tap == 0 {
                    2.0 * cycles
                } else {
                    (TAU * cycles * f64::from(tap)).sin() / (TAU / 2.0 * f64::from(tap))
                }
            };
            let place = f64::from(tap) / f64::from(HALF);
            let blackman = 0.42 + 0.5 * (TAU / 2.0 * place).cos() + 0.08 * (TAU * place).cos();
            (pass(3_400.0) - pass(300.0)) * blackman
        })
        .collect();
    (0..sound.len())
        .map(|at| {
            let sum: f64 = taps
                .iter()
                .enumerate()
                .filter_map(|(tap, weight)| {
                    Some(f64::from(*sound.get((at + tap).checked_sub(HALF as usize)?)?) * weight)
                })
                .sum();
            sum as i16
        })
        .collect()
}

/// The excerpt with each of its two people on a channel of their own: the therapist and the client.
pub fn apart() -> (Vec<i16>, Vec<i16>) {
    // When the client speaks, by the table of its turns.
    const CLIENT: [(usize, usize); 3] = [(4_882, 10_856), (21_208, 24_609), (31_348, 34_297)];
    let of_client = |at: &usize| CLIENT.iter().any(|(start, end)| (start * 16..end * 16).contains(at));
    let both = excerpt();
    let only = |wanted: bool| {
        both.iter()
            .enumerate()
            .map(|(at, sample)| if of_client(&at) == wanted { *sample } else { 0 })
            .collect()
    };
    (only(false), only(true))
}

/// A WAV file of two channels.
pub fn stereo(first: &[i16], second: &[i16]) -> Vec<u8> {
    let bytes = first.len().min(second.len()) as u32 * 4;
    let mut file = Vec::with_capacity(44 + bytes as usize);
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    file.extend(16_000_u32.to_le_bytes());
    file.extend(64_000_u32.to_le_bytes());
    file.extend(b"\x04\0\x10\0data");
    file.extend(bytes.to_le_bytes());
    file.extend(
        first.iter().zip(second).flat_map(|(one, other)| [one.to_le_bytes(), other.to_le_bytes()]).flatten(),
    );
    file
}
